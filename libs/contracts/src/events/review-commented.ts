import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { CommitSha, ShortText, Text, Time } from '../values.js';

export const ReviewCommented = defineEvent({
  type: 'REVIEW_COMMENTED',
  version: 1,
  subject: ['pull'],
  sentence: 'Someone commented in a review without a verdict.',
  data: z.object({
    reviewId: ShortText,
    by: ShortText,
    headSha: CommitSha,
    body: Text,
    submittedAt: Time,
  }),
  golden: {
    reviewId: '501',
    by: 'rig-reviewer[bot]',
    headSha: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
    body: 'A question.',
    submittedAt: '2026-03-02T09:30:00.000Z',
  },
  producer: 'conductor',
  consumers: [],
  audit: true,
});

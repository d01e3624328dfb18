import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { CommitSha, ShortText, Text, Time } from '../values.js';

export const ReviewApproved = defineEvent({
  type: 'REVIEW_APPROVED',
  version: 1,
  subject: ['pull'],
  sentence: 'Someone approved a commit of a pull request.',
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
    body: 'Looks right.',
    submittedAt: '2026-03-02T09:30:00.000Z',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

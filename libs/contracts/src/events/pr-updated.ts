import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { CommitSha, ShortText, Text, Time } from '../values.js';

export const PrUpdated = defineEvent({
  type: 'PR_UPDATED',
  version: 1,
  subject: ['pull'],
  sentence: 'Head, base, title, body or labels of a pull request changed.',
  data: z.object({
    title: ShortText,
    body: Text,
    labels: z.array(ShortText).max(100),
    headSha: CommitSha,
    baseRef: ShortText,
    updatedAt: Time,
  }),
  golden: {
    title: 'feat: greet by name',
    body: 'Closes #7',
    labels: [],
    headSha: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
    baseRef: 'main',
    updatedAt: '2026-03-02T09:30:00.000Z',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

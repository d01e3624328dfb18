import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { CommitSha, ShortText, Time } from '../values.js';

export const PrMerged = defineEvent({
  type: 'PR_MERGED',
  version: 1,
  subject: ['pull'],
  sentence: 'A pull request was merged.',
  data: z.object({
    by: ShortText,
    mergeCommit: CommitSha,
    baseRef: ShortText,
    toDefaultBranch: z.boolean(),
    updatedAt: Time,
  }),
  golden: {
    by: 'rig-conductor[bot]',
    mergeCommit: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
    baseRef: 'main',
    toDefaultBranch: true,
    updatedAt: '2026-03-02T09:30:00.000Z',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { CommitSha, IssueNumber } from '../values.js';

export const IssueDone = defineEvent({
  type: 'ISSUE_DONE',
  version: 1,
  subject: ['issue'],
  sentence: 'The pull request that closes the issue was merged.',
  data: z.object({
    pr: IssueNumber,
    mergeCommit: CommitSha,
  }),
  golden: {
    pr: 8,
    mergeCommit: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

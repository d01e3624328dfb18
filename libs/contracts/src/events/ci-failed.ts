import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { CommitSha, ShortText, Text } from '../values.js';

export const CiFailed = defineEvent({
  type: 'CI_FAILED',
  version: 1,
  subject: ['pull'],
  sentence: 'A check failed on a commit.',
  data: z.object({
    headSha: CommitSha,
    check: ShortText,
    runId: ShortText,
    conclusion: ShortText,
    summary: Text,
  }),
  golden: {
    headSha: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
    check: 'test',
    runId: '901',
    conclusion: 'failure',
    summary: '1 of 5 tests failed',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

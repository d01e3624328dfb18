import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { CommitSha, ShortText } from '../values.js';

export const CiStarted = defineEvent({
  type: 'CI_STARTED',
  version: 1,
  subject: ['pull'],
  sentence: 'A check began on a commit.',
  data: z.object({
    headSha: CommitSha,
    check: ShortText,
    runId: ShortText,
  }),
  golden: {
    headSha: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
    check: 'test',
    runId: '901',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

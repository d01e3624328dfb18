import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { CommitSha, ShortText } from '../values.js';

export const MergeFailed = defineEvent({
  type: 'MERGE_FAILED',
  version: 1,
  subject: ['pull'],
  sentence: 'The forge refused the merge; the gate is evaluated again.',
  data: z.object({
    headSha: CommitSha,
    code: ShortText,
    message: ShortText,
  }),
  golden: {
    headSha: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
    code: 'HEAD_MOVED',
    message: 'the head is no longer the commit that passed the gate',
  },
  producer: 'conductor',
  consumers: ['conductor'],
});

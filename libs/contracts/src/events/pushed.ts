import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { CommitSha, ShortText } from '../values.js';

export const Pushed = defineEvent({
  type: 'PUSHED',
  version: 1,
  subject: ['repo'],
  sentence: 'Commits were pushed to a branch.',
  data: z.object({
    ref: ShortText,
    before: CommitSha,
    after: CommitSha,
    by: ShortText,
  }),
  golden: {
    ref: 'refs/heads/main',
    before: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
    after: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
    by: 'ada',
  },
  producer: 'conductor',
  consumers: [],
  audit: true,
});

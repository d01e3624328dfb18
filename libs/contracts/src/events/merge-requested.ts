import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { CommitSha, ShortText } from '../values.js';

export const MergeRequested = defineEvent({
  type: 'MERGE_REQUESTED',
  version: 1,
  subject: ['pull'],
  sentence: 'The conductor decided to merge a head commit; an outbound call follows.',
  data: z.object({
    headSha: CommitSha,
    title: ShortText,
  }),
  golden: {
    headSha: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
    title: 'feat: greet by name (#8)',
  },
  producer: 'conductor',
  consumers: ['conductor'],
});

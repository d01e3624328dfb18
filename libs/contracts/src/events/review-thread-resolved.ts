import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText } from '../values.js';

export const ReviewThreadResolved = defineEvent({
  type: 'REVIEW_THREAD_RESOLVED',
  version: 1,
  subject: ['pull'],
  sentence: 'A review thread was resolved.',
  data: z.object({
    threadId: ShortText,
    by: ShortText,
  }),
  golden: {
    threadId: 'PRRT_1',
    by: 'rig-reviewer[bot]',
  },
  producer: 'conductor',
  consumers: ['conductor'],
});

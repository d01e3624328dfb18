import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText, Text } from '../values.js';

export const ReviewThreadOpened = defineEvent({
  type: 'REVIEW_THREAD_OPENED',
  version: 1,
  subject: ['pull'],
  sentence: 'A review thread was opened, or opened again.',
  data: z.object({
    threadId: ShortText,
    path: ShortText,
    by: ShortText,
    body: Text,
  }),
  golden: {
    threadId: 'PRRT_1',
    path: 'src/greet.js',
    by: 'rig-reviewer[bot]',
    body: 'Document this.',
  },
  producer: 'conductor',
  consumers: ['conductor'],
});

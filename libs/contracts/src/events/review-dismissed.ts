import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText } from '../values.js';

export const ReviewDismissed = defineEvent({
  type: 'REVIEW_DISMISSED',
  version: 1,
  subject: ['pull'],
  sentence: 'A review lost its force.',
  data: z.object({
    reviewId: ShortText,
    by: ShortText,
  }),
  golden: {
    reviewId: '501',
    by: 'ada',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText, Time } from '../values.js';

export const PrClosed = defineEvent({
  type: 'PR_CLOSED',
  version: 1,
  subject: ['pull'],
  sentence: 'A pull request was closed without a merge.',
  data: z.object({
    by: ShortText,
    updatedAt: Time,
  }),
  golden: {
    by: 'ada',
    updatedAt: '2026-03-02T09:30:00.000Z',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

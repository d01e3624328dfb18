import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText, Time } from '../values.js';

export const PrReopened = defineEvent({
  type: 'PR_REOPENED',
  version: 1,
  subject: ['pull'],
  sentence: 'A closed pull request was opened again.',
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

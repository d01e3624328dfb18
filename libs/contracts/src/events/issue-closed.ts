import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText, Time } from '../values.js';

export const IssueClosed = defineEvent({
  type: 'ISSUE_CLOSED',
  version: 1,
  subject: ['issue'],
  sentence: 'The issue was closed on the forge; whatever runs for it is stopped.',
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

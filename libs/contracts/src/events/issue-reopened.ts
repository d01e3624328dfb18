import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText, Time } from '../values.js';

export const IssueReopened = defineEvent({
  type: 'ISSUE_REOPENED',
  version: 1,
  subject: ['issue'],
  sentence: 'A closed issue was opened again.',
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

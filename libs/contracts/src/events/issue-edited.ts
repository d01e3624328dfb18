import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText, Text, Time } from '../values.js';

export const IssueEdited = defineEvent({
  type: 'ISSUE_EDITED',
  version: 1,
  subject: ['issue'],
  sentence: 'Title, body or labels of an issue changed.',
  data: z.object({
    title: ShortText,
    body: Text,
    labels: z.array(ShortText).max(100),
    updatedAt: Time,
    /** True: it had been opened again before its work was merged, which was heard of only now. */
    open: z.literal(true).optional(),
  }),
  golden: {
    title: 'Greet by name',
    body: 'Say hello.',
    labels: ['agent-ready'],
    updatedAt: '2026-03-02T09:30:00.000Z',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText } from '../values.js';

export const PrUnblocked = defineEvent({
  type: 'PR_UNBLOCKED',
  version: 1,
  subject: ['pull'],
  sentence: 'A person let work on the issue of a pull request go on: its failures and rounds count anew.',
  data: z.object({
    by: ShortText,
  }),
  golden: {
    by: 'ada',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

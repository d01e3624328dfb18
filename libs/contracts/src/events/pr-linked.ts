import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { IssueNumber } from '../values.js';

export const PrLinked = defineEvent({
  type: 'PR_LINKED',
  version: 1,
  subject: ['pull'],
  sentence: 'The body of a pull request names the issue it closes (null: it names none any more).',
  data: z.object({
    issue: IssueNumber.nullable(),
  }),
  golden: {
    issue: 7,
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

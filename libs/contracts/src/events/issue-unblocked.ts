import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText } from '../values.js';

export const IssueUnblocked = defineEvent({
  type: 'ISSUE_UNBLOCKED',
  version: 1,
  subject: ['issue'],
  sentence: 'A person let work on a blocked issue go on, with a fresh count of attempts.',
  data: z.object({
    by: ShortText,
    /** Null when the former pull request was dropped and the work begins anew. */
    pr: z.null().optional(),
  }),
  golden: {
    by: 'ada',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

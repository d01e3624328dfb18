import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText } from '../values.js';

export const IssueApprovalWithdrawn = defineEvent({
  type: 'ISSUE_APPROVAL_WITHDRAWN',
  version: 1,
  subject: ['issue'],
  sentence: 'The ready label was taken off: no new work is given out.',
  data: z.object({
    by: ShortText,
  }),
  golden: {
    by: 'ada',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

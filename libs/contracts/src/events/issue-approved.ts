import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText } from '../values.js';

export const IssueApproved = defineEvent({
  type: 'ISSUE_APPROVED',
  version: 1,
  subject: ['issue'],
  sentence: 'Someone who may approve work put the ready label on an issue: agents may work on it.',
  data: z.object({
    by: ShortText,
    label: ShortText,
  }),
  golden: {
    by: 'ada',
    label: 'agent-ready',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

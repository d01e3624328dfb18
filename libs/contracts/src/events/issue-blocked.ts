import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText } from '../values.js';

export const IssueBlocked = defineEvent({
  type: 'ISSUE_BLOCKED',
  version: 1,
  subject: ['issue'],
  sentence: 'Work on an issue stopped and waits for a person.',
  data: z.object({
    code: ShortText,
    message: ShortText,
  }),
  golden: {
    code: 'ATTEMPTS_EXHAUSTED',
    message: '3 attempts failed; the last one with TESTS_FAILED',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText } from '../values.js';

export const IssueDeferred = defineEvent({
  type: 'ISSUE_DEFERRED',
  version: 1,
  subject: ['issue'],
  sentence: 'Why a ready issue is not being assigned; once per change of reason.',
  data: z.object({
    code: ShortText,
    message: ShortText,
  }),
  golden: {
    code: 'NO_FREE_SLOT',
    message: 'all 2 author slots are taken',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

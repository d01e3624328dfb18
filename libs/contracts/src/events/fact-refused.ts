import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText } from '../values.js';

export const FactRefused = defineEvent({
  type: 'FACT_REFUSED',
  version: 1,
  subject: ['issue', 'pull', 'repo', 'agent'],
  sentence: 'A service proposed something the rules do not allow; it took no effect.',
  data: z.object({
    factId: z.uuid(),
    factType: ShortText,
    code: ShortText,
    message: ShortText,
  }),
  golden: {
    factId: '0197f3a0-0000-8000-8000-000000000001',
    factType: 'ASSIGN_TASK',
    code: 'ALREADY_ASSIGNED',
    message: 'the issue is assigned to dev-e-python',
  },
  producer: 'conductor',
  consumers: ['dispatcher', 'guard-svc'],
});

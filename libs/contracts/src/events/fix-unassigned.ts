import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { AgentId, ShortText, TaskId } from '../values.js';

export const FixUnassigned = defineEvent({
  type: 'FIX_UNASSIGNED',
  version: 1,
  subject: ['pull'],
  sentence: 'A fix task ended without a result.',
  data: z.object({
    taskId: TaskId,
    agent: AgentId,
    code: ShortText,
    message: ShortText,
  }),
  golden: {
    taskId: '0197f3a0-0000-8000-8000-000000000001',
    agent: 'dev-e-node',
    code: 'PR_CLOSED',
    message: 'the pull request was closed',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

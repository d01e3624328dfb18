import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { AgentId, Position, ShortText, TaskId } from '../values.js';

export const AttemptLost = defineEvent({
  type: 'ATTEMPT_LOST',
  version: 1,
  subject: ['issue', 'pull'],
  sentence: 'The worker of an attempt stopped renewing its lease; its fence is void and the task is offered again.',
  data: z.object({
    taskId: TaskId,
    agent: AgentId,
    attempt: z.int().min(1),
    fence: Position,
    reason: ShortText,
  }),
  golden: {
    taskId: '0197f3a0-0000-8000-8000-000000000001',
    agent: 'dev-e-node',
    attempt: 1,
    fence: 41,
    reason: 'no renewal for 30 s',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher', 'agent-worker'],
});

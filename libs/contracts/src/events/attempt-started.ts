import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { AgentId, TaskId, Worker } from '../values.js';

export const AttemptStarted = defineEvent({
  type: 'ATTEMPT_STARTED',
  version: 1,
  subject: ['issue', 'pull'],
  sentence: "A worker began an attempt at a task; this event's position is the attempt's fence.",
  data: z.object({
    taskId: TaskId,
    agent: AgentId,
    attempt: z.int().min(1),
    worker: Worker,
  }),
  golden: {
    taskId: '0197f3a0-0000-8000-8000-000000000001',
    agent: 'dev-e-node',
    attempt: 1,
    worker: { name: 'dev-e-node-0', incarnation: '0197f3a0-0000-7000-8000-00000000000a' },
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { AgentId, Position, ShortText, TaskId, Text } from '../values.js';

export const WorkFailed = defineEvent({
  type: 'WORK_FAILED',
  version: 1,
  subject: ['issue', 'pull'],
  sentence: 'The current attempt ended without a result.',
  data: z.object({
    taskId: TaskId,
    agent: AgentId,
    fence: Position,
    attempt: z.int().min(1),
    code: ShortText,
    message: Text,
  }),
  golden: {
    taskId: '0197f3a0-0000-8000-8000-000000000001',
    agent: 'dev-e-node',
    fence: 41,
    attempt: 1,
    code: 'AGENT_EXITED',
    message: 'the agent command ended with exit code 1',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { AgentId, Position, ShortText, TaskId } from '../values.js';

export const WorkReportRefused = defineEvent({
  type: 'WORK_REPORT_REFUSED',
  version: 1,
  subject: ['issue', 'pull'],
  sentence: 'A report came with a fence that is not current, and took no effect.',
  data: z.object({
    taskId: TaskId,
    agent: AgentId,
    fence: Position,
    currentFence: Position.nullable(),
    reported: ShortText,
    code: ShortText,
    message: ShortText,
  }),
  golden: {
    taskId: '0197f3a0-0000-8000-8000-000000000001',
    agent: 'dev-e-node',
    fence: 41,
    currentFence: 57,
    reported: 'WORK_COMPLETED',
    code: 'FENCE_SUPERSEDED',
    message: 'attempt 2 holds the task since position 57',
  },
  producer: 'conductor',
  consumers: [],
  audit: true,
});

import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { Position, ShortText, TaskId } from '../values.js';

export const WorkProgressed = defineEvent({
  type: 'WORK_PROGRESSED',
  version: 1,
  subject: ['issue', 'pull'],
  sentence: 'A step of the current attempt was reported.',
  data: z.object({
    taskId: TaskId,
    fence: Position,
    step: ShortText,
    message: ShortText,
  }),
  golden: {
    taskId: '0197f3a0-0000-8000-8000-000000000001',
    fence: 41,
    step: 'push',
    message: 'branch rig/issue-7-greet-by-name pushed',
  },
  producer: 'conductor',
  consumers: [],
  audit: true,
});

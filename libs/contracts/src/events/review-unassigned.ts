import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { AgentId, ShortText, TaskId } from '../values.js';

export const ReviewUnassigned = defineEvent({
  type: 'REVIEW_UNASSIGNED',
  version: 1,
  subject: ['pull'],
  sentence: 'A review task ended without a review.',
  data: z.object({
    taskId: TaskId,
    agent: AgentId,
    code: ShortText,
    message: ShortText,
  }),
  golden: {
    taskId: '0197f3a0-0000-8000-8000-000000000001',
    agent: 'review-e',
    code: 'HEAD_MOVED',
    message: 'the head moved before the review began',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

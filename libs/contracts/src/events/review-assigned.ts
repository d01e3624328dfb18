import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { AgentId, CommitSha, ShortText, TaskId } from '../values.js';

export const ReviewAssigned = defineEvent({
  type: 'REVIEW_ASSIGNED',
  version: 1,
  subject: ['pull'],
  sentence: 'A pull request was given to a reviewing agent.',
  data: z.object({
    taskId: TaskId,
    agent: AgentId,
    headSha: CommitSha,
    delivery: z.enum(['stream', 'http']),
    ordinal: z.int().min(1),
    /** The process that claimed it over HTTP; it gets the task again when it asks again. */
    instance: ShortText.optional(),
  }),
  golden: {
    taskId: '0197f3a0-0000-8000-8000-000000000001',
    agent: 'review-e',
    headSha: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
    delivery: 'stream',
    ordinal: 1,
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher', 'agent-worker'],
});

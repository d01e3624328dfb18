import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { AgentId, ShortText, TaskId, Tier } from '../values.js';

export const IssueAssigned = defineEvent({
  type: 'ISSUE_ASSIGNED',
  version: 1,
  subject: ['issue'],
  sentence: 'An issue was given to one agent as an implement task.',
  data: z.object({
    taskId: TaskId,
    agent: AgentId,
    delivery: z.enum(['stream', 'http']),
    tier: Tier,
    ordinal: z.int().min(1),
    /** The process that claimed it over HTTP; it gets the task again when it asks again. */
    instance: ShortText.optional(),
  }),
  golden: {
    taskId: '0197f3a0-0000-8000-8000-000000000001',
    agent: 'dev-e-node',
    delivery: 'stream',
    tier: 'T1',
    ordinal: 1,
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher', 'agent-worker'],
});

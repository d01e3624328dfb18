import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { AgentId, CommitSha, IssueNumber, Position, TaskId, TaskKind, Text } from '../values.js';

export const WorkCompleted = defineEvent({
  type: 'WORK_COMPLETED',
  version: 1,
  subject: ['issue', 'pull'],
  sentence: 'The current attempt ended with a result.',
  data: z.object({
    taskId: TaskId,
    agent: AgentId,
    fence: Position,
    kind: TaskKind,
    summary: Text,
    pr: IssueNumber.nullable(),
    headSha: CommitSha.nullable(),
    verdict: z.enum(['approved', 'changes-requested']).nullable(),
  }),
  golden: {
    taskId: '0197f3a0-0000-8000-8000-000000000001',
    agent: 'dev-e-node',
    fence: 41,
    kind: 'implement',
    summary: 'Adds greet(name) with tests.',
    pr: 8,
    headSha: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
    verdict: null,
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});

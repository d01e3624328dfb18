import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { SubjectName } from '../subjects.js';
import { AgentId, ShortText, TaskId, Time } from '../values.js';

/** What guard-svc says of a spike. */
export const GuardSpikeData = z.object({
  agent: AgentId,
  /** `burst`: many blocks in ten minutes. `rate`: far more in an hour than this agent is used to. */
  cause: z.enum(['burst', 'rate']),
  /** Blocks in the window. */
  blocks: z.int().min(1),
  windowFrom: Time,
  windowTo: Time,
  /** Blocks of the seven days before the window's hour. */
  weekBlocks: z.int().min(0),
  /** The rules of the window's blocks, the most frequent first, at most five. */
  rules: z.array(z.object({ rule: ShortText, blocks: z.int().min(1) })).max(5),
  /** The task of the window's last block. */
  taskId: TaskId.nullable(),
  taskSubject: SubjectName.nullable(),
});

export const GuardSpike = defineEvent({
  type: 'GUARD_SPIKE',
  version: 1,
  subject: ['agent'],
  sentence: 'An agent was refused unusually often in a short time: it may follow instructions that are not its own.',
  data: GuardSpikeData,
  golden: {
    agent: 'dev-e-node',
    cause: 'burst',
    blocks: 5,
    windowFrom: '2026-03-02T09:22:00.000Z',
    windowTo: '2026-03-02T09:30:00.000Z',
    weekBlocks: 2,
    rules: [
      { rule: 'exec.remote', blocks: 3 },
      { rule: 'priv.sudo', blocks: 2 },
    ],
    taskId: '0197f3a0-0000-8000-8000-000000000001',
    taskSubject: 'issue/acme/greeter/7',
  },
  producer: 'conductor',
  consumers: ['guard-svc'],
});

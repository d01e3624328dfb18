import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { SubjectName } from '../subjects.js';
import { AgentId, Position, ShortText, TaskId, Time } from '../values.js';

/** A name out of the guard's own vocabulary: a rule, a category, a tool. */
const GuardWord = z.string().min(1).max(200);

/** What a block is made of, as its reporter says it. */
export const GuardBlock = z.object({
  /** Whose command it was. The gateway and the conductor put the reporter here where the reporter is an agent. */
  agent: AgentId,
  /** Null outside a task, for example while a worker starts. */
  taskId: TaskId.nullable(),
  fence: Position.nullable(),
  tool: GuardWord,
  /** Id of the rule, `fs.rm.root`. */
  rule: GuardWord,
  category: GuardWord,
  /** What was refused, with its secrets masked: at most 512 characters, cut by the reporter. */
  command: z.string().max(512),
  /** Through what it was found, outermost first. */
  via: z.array(GuardWord).max(64),
  workspace: ShortText.optional(),
  policyHash: GuardWord,
  /** A worker's own test that the guard holds: harmless, and counted nowhere. */
  canary: z.boolean(),
  /** When it was refused, by the reporter's clock. */
  blockedAt: Time,
});

export const GuardBlocked = defineEvent({
  type: 'GUARD_BLOCKED',
  version: 1,
  subject: ['agent'],
  sentence: 'The guard kept a command of an agent from running.',
  data: GuardBlock.extend({
    /** Log stream of the task; null where the log knows no such task of this agent. */
    taskSubject: SubjectName.nullable(),
  }),
  golden: {
    agent: 'dev-e-node',
    taskId: '0197f3a0-0000-8000-8000-000000000001',
    fence: 41,
    taskSubject: 'issue/acme/greeter/7',
    tool: 'Bash',
    rule: 'fs.rm.root',
    category: 'files',
    command: 'bash -c "rm -rf /"',
    via: ['bash -c'],
    workspace: '/code/greeter',
    policyHash: 'built-in',
    canary: false,
    blockedAt: '2026-03-02T09:30:00.000Z',
  },
  producer: 'conductor',
  consumers: ['guard-svc'],
});

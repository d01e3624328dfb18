import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import { z } from 'zod';
import { EnvelopeHead } from '../envelope.js';
import { GuardBlock } from '../events/guard-blocked.js';
import { GuardSpikeData } from '../events/guard-spike.js';
import { firstIssue } from '../read-event.js';
import { AgentId, CommitSha, IssueNumber, Position, ShortText, TaskId, TaskKind, Text } from '../values.js';

/** What a worker may report: about its own attempts, and what the guard refused its agent. */
export const AgentFactData = {
  WORK_PROGRESSED: z.object({ taskId: TaskId, fence: Position, step: ShortText, message: ShortText }),
  WORK_COMPLETED: z.object({
    taskId: TaskId,
    fence: Position,
    summary: Text,
    pr: IssueNumber.nullable(),
    headSha: CommitSha.nullable(),
    verdict: z.enum(['approved', 'changes-requested']).nullable(),
  }),
  WORK_FAILED: z.object({ taskId: TaskId, fence: Position, code: ShortText, message: Text }),
  /** `agent` is the reporter, whatever the body says; `taskId` counts only if the task is that agent's. */
  GUARD_BLOCKED: GuardBlock,
} as const;

/** What the dispatcher may propose or report. */
export const DispatcherFactData = {
  /** A wish that one agent gets one task; refused if the rules say no. */
  ASSIGN_TASK: z.object({ kind: TaskKind, agent: AgentId, headSha: CommitSha.nullable() }),
  ATTEMPT_LOST: z.object({ taskId: TaskId, fence: Position, reason: ShortText }),
  ISSUE_DEFERRED: z.object({ code: ShortText, message: ShortText }),
} as const;

/** What guard-svc reports, besides GUARD_BLOCKED for those whose commands it judges. */
export const GuardFactData = { GUARD_SPIKE: GuardSpikeData } as const;

const factData = { ...AgentFactData, ...DispatcherFactData, ...GuardFactData };

export type AgentFactType = keyof typeof AgentFactData;
export type FactType = keyof typeof factData;

export type FactBody = {
  [T in FactType]: { readonly type: T; readonly data: Readonly<z.output<(typeof factData)[T]>> };
}[FactType];

const FactHead = EnvelopeHead.extend({ type: z.enum(Object.keys(factData) as [FactType, ...FactType[]]) });

/** Something reported to the conductor and not yet decided. Reporters choose the id (UUIDv7): the same id counts once. */
export type Fact = z.infer<typeof EnvelopeHead> & FactBody;

export const isAgentFactType = (type: string): type is AgentFactType => type in AgentFactData;

/** Parses a fact from a stream or an HTTP body; the refusal names the field. */
export const parseFact = (input: unknown): Result<Fact, Refusal> => {
  const head = FactHead.extend({ data: z.unknown() }).safeParse(input);
  if (!head.success) return refuse({ code: 'FACT_INVALID', message: firstIssue(head.error) });
  const data = factData[head.data.type].safeParse(head.data.data);
  if (!data.success) return refuse({ code: 'FACT_INVALID', message: `data.${firstIssue(data.error)}` });
  return accept({ ...head.data, data: data.data } as Fact);
};

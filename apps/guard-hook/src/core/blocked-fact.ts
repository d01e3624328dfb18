import type { Fact } from '@rig/contracts';
import { redactCommand, type Blocked } from '@rig/guard';
import { describeCall } from './describe-call.js';
import type { ToolCall } from './tool-call.js';

/** Whose command it was, as the worker that started the client says. */
export interface Identity {
  readonly agent: string;
  readonly taskId: string | null;
  readonly fence: number | null;
}

export interface Stamp {
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  /** Whether it is a worker's own test of the guard. */
  readonly canary: boolean;
}

export type BlockedFact = Extract<Fact, { type: 'GUARD_BLOCKED' }>;

const MAX_VIA = 64;

/** A name as the contract takes it. */
const word = (text: string): string => (text === '' ? '-' : redactCommand(text).slice(0, 200));

/** The report of a refused call. */
export const blockedFact = (
  call: ToolCall,
  decision: Blocked,
  workspace: string,
  { agent, taskId, fence }: Identity,
  { id, time, canary }: Stamp,
): BlockedFact => ({
  id,
  source: `agent/${agent}`,
  subject: `agent/${agent}`,
  time,
  actor: { kind: 'agent', id: agent },
  type: 'GUARD_BLOCKED',
  data: {
    agent,
    taskId,
    fence,
    tool: word(call.tool),
    rule: word(decision.rule),
    category: word(decision.category),
    command: redactCommand(describeCall(call)),
    via: decision.via.slice(0, MAX_VIA).map(word),
    workspace: workspace.slice(0, 1_024),
    policyHash: word(decision.policyHash),
    canary,
    blockedAt: time,
  },
});

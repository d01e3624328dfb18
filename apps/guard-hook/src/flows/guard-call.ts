import { judgeToolCall, type Blocked, type GuardPolicy, type Place } from '@rig/guard';
import type { Refusal, Result } from '@rig/kernel';
import { CANARY_SESSION } from '@rig/hooks';
import { blockedFact, type BlockedFact, type Identity, type Stamp } from '../core/blocked-fact.js';
import { parseInput } from '../core/parse-input.js';
import { sayBlock, sayFault } from '../core/say-block.js';
import type { ToolCall } from '../core/tool-call.js';

export interface GuardCallDeps {
  /** Everything the client says; refused if it is too much or cannot be read. */
  readonly input: () => Result<string, Refusal>;
  readonly policy: () => Result<GuardPolicy, Refusal>;
  /** Where a call is judged; refused if the worker named a workspace that is none. */
  readonly place: (call: ToolCall) => Result<Place, Refusal>;
  readonly scripts: (place: Place) => (path: string) => string | undefined;
  readonly links: (place: Place) => (path: string) => string | undefined;
  /** Undefined outside a worker: there is nobody to tell. */
  readonly identity: Identity | undefined;
  /** Keeps a report for the worker; says what there is to say if it could not. */
  readonly record: (fact: BlockedFact) => string | undefined;
  readonly stamp: () => Omit<Stamp, 'canary'>;
}

/** The end of a hook: 0 lets the call happen, 2 does not; `said` goes to standard error. */
export interface Verdict {
  readonly exitCode: 0 | 2;
  readonly said: string;
}

const CANARY_ID = new RegExp(`^${CANARY_SESSION}([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$`);

const fault = ({ message, fix }: Refusal): Verdict => ({ exitCode: 2, said: sayFault(message, fix) });

const report = (deps: GuardCallDeps, call: ToolCall, decision: Blocked, place: Place): string => {
  if (deps.identity === undefined) return '';
  const stamp = deps.stamp();
  const id = CANARY_ID.exec(call.session ?? '')?.[1];
  const told = id === undefined ? { ...stamp, canary: false } : { ...stamp, id, canary: true };
  const fact = blockedFact(call, decision, place.workspace, deps.identity, told);
  const problem = deps.record(fact);
  return problem === undefined ? '' : `(${problem})\n`;
};

/** Judges one call. The decision is made here and now: whether anybody hears of it changes nothing about it. */
export const createGuardCall = (deps: GuardCallDeps) => (): Verdict => {
  const input = deps.input();
  if (!input.ok) return fault(input.refusal);
  const call = parseInput(input.value);
  if (!call.ok) return fault(call.refusal);
  const policy = deps.policy();
  if (!policy.ok) return fault(policy.refusal);
  const place = deps.place(call.value);
  if (!place.ok) return fault(place.refusal);
  const decision = judgeToolCall({
    ...place.value,
    tool: call.value.tool,
    input: call.value.input,
    policy: policy.value,
    scripts: deps.scripts(place.value),
    links: deps.links(place.value),
  });
  if (decision.decision === 'allow') return { exitCode: 0, said: '' };
  return { exitCode: 2, said: sayBlock(decision) + report(deps, call.value, decision, place.value) };
};

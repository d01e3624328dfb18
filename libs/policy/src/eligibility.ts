import type { TaskKind } from '@rig/contracts';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import type { AgentConfig, AgentRole } from './agents-file.js';
import { pauseFor, pauseSentence, resumeCommand, type Pauses } from './pause.js';
import type { RepositoryPolicy } from './repository-policy.js';

/** What is asked: may this agent get this task now? Push and pull ask the same question. */
export interface EligibilityQuestion {
  readonly agent: AgentConfig;
  readonly kind: TaskKind;
  readonly repo: string;
  /** Labels of the issue the task is for. */
  readonly labels: readonly string[];
  readonly policy: RepositoryPolicy;
  /** Tasks the agent holds now. */
  readonly inFlight: number;
  /** For a review: the agent that wrote the pull request. */
  readonly author: string | null;
  readonly pauses: Pauses;
  /** Assignments within the last hour; left out where somebody else keeps the rates. */
  readonly recent?: Recent | undefined;
}

/** Assignments within `RATE_WINDOW_MS` that count against `maxPerHour`. Fixes do not: they finish what was begun. */
export interface Recent {
  /** Implement and review tasks given to the agent. */
  readonly ofAgent: number;
  /** Implement tasks given in the repository. */
  readonly inRepository: number;
}

/** The window of `maxPerHour`, in milliseconds. */
export const RATE_WINDOW_MS = 3_600_000;

/** One clause of the rule: what holds, or why it does not. */
export type Clause =
  | { readonly code: string; readonly holds: true; readonly message: string }
  | { readonly code: string; readonly holds: false; readonly message: string; readonly fix?: string };

export const roleFor = (kind: TaskKind): AgentRole => (kind === 'review' ? 'reviewer' : 'author');

const clause = (code: string, holds: boolean, yes: string, no: string, fix?: string): Clause =>
  holds ? { code, holds, message: yes } : { code, holds, message: no, ...(fix === undefined ? {} : { fix }) };

const notPaused = ({ pauses, repo, agent }: EligibilityQuestion): Clause => {
  const pause = pauseFor(pauses, repo, agent.id);
  if (pause === undefined) return { code: 'PAUSED', holds: true, message: 'nothing is paused for it' };
  const fix = `Let it go on with \`${resumeCommand(pause)}\`.`;
  return { code: 'PAUSED', holds: false, message: pauseSentence(pause), fix };
};

const dispatchOn = ({ policy, repo }: EligibilityQuestion): Clause =>
  clause(
    'DISPATCH_OFF',
    policy.dispatch === 'on',
    'the repository is set to dispatch: on',
    'the repository is set to dispatch: off',
    `Set dispatch: on for ${repo} in rig.policy.yaml.`,
  );

const tierAllowed = ({ policy, repo }: EligibilityQuestion): Clause =>
  clause(
    'TIER_NEEDS_PERSON',
    policy.tier !== 'T3',
    `the repository is tier ${policy.tier}`,
    'the repository is tier T3, which agents never work on',
    `Leave it to a person, or give ${repo} another tier in rig.policy.yaml.`,
  );

const rightRole = ({ agent, kind }: EligibilityQuestion): Clause =>
  clause(
    'WRONG_ROLE',
    agent.role === roleFor(kind),
    `${agent.id} is ${agent.role}`,
    `${agent.id} is ${agent.role}, the task needs ${roleFor(kind)}`,
  );

const notOwnWork = ({ agent, kind, author }: EligibilityQuestion): Clause =>
  clause(
    'OWN_WORK',
    kind !== 'review' || author !== agent.id,
    `${agent.id} would not review its own work`,
    `${agent.id} wrote the pull request and cannot review it`,
  );

const capable = ({ agent, kind, labels }: EligibilityQuestion): Clause => {
  const needed = labels.flatMap((label) => (label.startsWith('requires-') ? [label.slice('requires-'.length)] : []));
  const missing = kind === 'implement' ? needed.find((one) => !agent.capabilities.includes(one)) : undefined;
  return clause(
    'CAPABILITY_MISSING',
    missing === undefined,
    `${agent.id} can do what the labels ask for`,
    `${agent.id} lacks the capability ${missing}`,
    `Give an agent the capability ${missing} in rig.agents.yaml, or take the label requires-${missing} off.`,
  );
};

const freeSlot = ({ agent, inFlight }: EligibilityQuestion): Clause =>
  clause(
    'NO_FREE_SLOT',
    inFlight < agent.slots,
    `${agent.id} holds ${inFlight} of ${agent.slots} tasks`,
    `${agent.id} holds ${inFlight} of ${agent.slots} tasks`,
    `Wait, or raise the slots of ${agent.id} in rig.agents.yaml.`,
  );

const withinRates = ({ agent, kind, repo, policy, recent }: EligibilityQuestion): Clause => {
  const counted = recent !== undefined && (kind === 'implement' || kind === 'review');
  const agentFull = counted && recent.ofAgent >= agent.maxPerHour;
  const repositoryFull = counted && kind === 'implement' && recent.inRepository >= policy.maxPerHour;
  const [who, most, file] = agentFull
    ? [agent.id, agent.maxPerHour, 'rig.agents.yaml']
    : [repo, policy.maxPerHour, 'rig.policy.yaml'];
  return clause(
    'RATE_EXCEEDED',
    !agentFull && !repositoryFull,
    'the hourly rates leave room',
    `${who} was given the ${most} that maxPerHour allows within the hour`,
    `Wait until the hour is over, or raise maxPerHour of ${who} in ${file}.`,
  );
};

/** In the order in which they are asked: what holds for the whole repository before what holds for one agent. */
const CLAUSES = [notPaused, dispatchOn, tierAllowed, rightRole, notOwnWork, capable, freeSlot, withinRates] as const;

/** Every clause of the rule, the ones that hold included: what `explain` shows. */
export const eligibilityClauses = (question: EligibilityQuestion): readonly Clause[] =>
  CLAUSES.map((ask) => ask(question));

/**
 * The one rule of who may get what. Refusal codes: PAUSED, DISPATCH_OFF, TIER_NEEDS_PERSON, WRONG_ROLE, OWN_WORK,
 * CAPABILITY_MISSING, NO_FREE_SLOT, RATE_EXCEEDED.
 */
export const eligible = (question: EligibilityQuestion): Result<true, Refusal> => {
  for (const ask of CLAUSES) {
    const answer = ask(question);
    if (answer.holds) continue;
    const { holds: _no, ...refusal } = answer;
    return refuse(refusal);
  }
  return accept(true);
};

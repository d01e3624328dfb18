import type { GateCheckResult, RigEvent, TaskKind } from '@rig/contracts';
import type { AgentConfig, Clause, Pauses, RepositoryPolicy } from '@rig/policy';
import type { IssuePhase, IssueState } from '../issue/issue-state.js';
import type { PullState } from '../pull/pull-state.js';

/** One sentence, and the positions of the events it rests on; none where it rests on configuration alone. */
export interface Statement {
  readonly text: string;
  readonly positions: readonly number[];
}

/** How one agent stands to the task that is waiting: every clause of the rule. */
export interface AgentAnswer {
  readonly agent: string;
  readonly eligible: boolean;
  readonly clauses: readonly Clause[];
}

export interface AgentStanding {
  readonly agent: AgentConfig;
  /** Tasks it holds now. */
  readonly inFlight: number;
  /** Implement and review tasks it was given within the hour. */
  readonly given: number;
}

export interface ExplainInput {
  readonly issue: IssueState;
  readonly pull: PullState | undefined;
  /** Events of the issue and of its pull request, in position order. */
  readonly history: readonly RigEvent[];
  readonly policy: RepositoryPolicy;
  readonly agents: readonly AgentStanding[];
  /** Implement tasks given in the repository within the hour. */
  readonly givenInRepository: number;
  readonly pauses: Pauses;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/** What one phase has to say. */
export interface Account {
  /** Where it is. */
  readonly where: readonly Statement[];
  readonly why: readonly Statement[];
  readonly waitsFor: readonly Statement[];
  /** Who could clear it, and how. */
  readonly clearedBy: readonly Statement[];
  /** The task that waits for an agent. */
  readonly task?: TaskKind;
}

export interface Explanation extends Omit<Account, 'task'> {
  readonly repo: string;
  readonly number: number;
  readonly title: string;
  readonly phase: IssuePhase;
  readonly pull: number | null;
  /** The task that waits for an agent, and how each agent stands to it. */
  readonly waitingTask: { readonly kind: TaskKind; readonly agents: readonly AgentAnswer[] } | null;
  /** The merge gate's last answer for the head commit. */
  readonly gate: readonly GateCheckResult[];
}

/** A sentence and what it rests on; an event that is not there is left out. */
export const say = (text: string, ...events: readonly (Pick<RigEvent, 'position'> | undefined)[]): Statement => ({
  text,
  positions: events.flatMap((event) => (event === undefined ? [] : [event.position])),
});

export const sayAt = (text: string, ...positions: readonly number[]): Statement => ({ text, positions });

/** Text of people and models in a sentence: its first line, and not all of a long one. */
export const brief = (text: string, max = 300): string => {
  const line = text.split('\n')[0] ?? '';
  return line.length <= max ? line : `${line.slice(0, max - 1)}…`;
};

import type { AgentConfig, Pauses } from '@rig/policy';
import type { IssueState } from '../core/issue/issue-state.js';
import type { TaskRow } from '../core/task/task-row.js';

/** A process of an agent that asks for work over HTTP. */
export interface Claimer {
  readonly agent: AgentConfig;
  readonly instance: string;
}

/** How an agent stands when it asks. */
export interface Standing {
  /** Tasks it holds. */
  readonly held: number;
  /** Its assignments within the hour; counted up to its `maxPerHour`. */
  readonly recent: number;
  /** Its oldest live task that nothing runs for and that this instance may have. */
  readonly unstarted: TaskRow | undefined;
}

/** Ready issues of one repository that need the same capabilities: all of them may be had, or none. */
export interface ReadyClass {
  readonly repo: string;
  /** Capabilities, sorted. */
  readonly requires: readonly string[];
}

export interface ReadyIssue {
  readonly state: IssueState;
  /** Implement tasks given in its repository within the hour. */
  readonly recentInRepository: number;
}

export interface ReadyQuery {
  /** At most so many, best first. */
  readonly limit: number;
  /** Only of these classes; of all without. */
  readonly within?: readonly ReadyClass[];
  /** ISO 8601: issues whose pause after a failure ends later are left out. */
  readonly now: string;
  /** ISO 8601: where the hour of the rates begins. */
  readonly hourBegan: string;
}

export interface Candidate {
  readonly repo: string;
  readonly number: number;
  readonly headSha: string | null;
}

/** What claims ask of the read models: each one round trip, whose cost grows with neither history nor backlog. */
export interface ClaimReads {
  standings(
    claimers: readonly Claimer[],
    hourBegan: string,
  ): Promise<{ readonly pauses: Pauses; readonly standings: readonly Standing[] }>;
  /** Implement tasks given in a repository since then. */
  givenInRepository(repo: string, hourBegan: string): Promise<number>;
  readyIssues(query: ReadyQuery): Promise<readonly ReadyIssue[]>;
  readyClasses(): Promise<readonly ReadyClass[]>;
  /** Pull requests that wait for a review, oldest first. */
  reviewable(limit: number): Promise<readonly Candidate[]>;
}

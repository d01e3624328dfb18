import type { GuardBody, GuardRow } from '../core/guard/guard-row.js';

/** Which blocks or spikes somebody asks for; what is left out does not narrow. */
export interface GuardQuery {
  readonly type: GuardBody['type'];
  readonly agent?: string | undefined;
  readonly rule?: string | undefined;
  readonly task?: string | undefined;
  /** Blocks of this time and later, ISO 8601 in UTC. */
  readonly since?: string | undefined;
  readonly canary?: boolean | undefined;
  /** Positions below this one: the `next` of the page before. */
  readonly before?: number | undefined;
  /** Rows at most. */
  readonly limit: number;
}

export interface ReadGuardReports {
  /** The newest first. */
  guardReports(query: GuardQuery): Promise<readonly GuardRow[]>;
  /** What was reported about the tasks of these log streams, in log order; of very many the newest 200. */
  guardReportsOn(taskSubjects: readonly string[]): Promise<readonly GuardRow[]>;
}

/** Rows of one timeline at most. */
export const TIMELINE_REPORTS = 200;

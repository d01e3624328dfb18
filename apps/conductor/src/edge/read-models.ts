import type { SqlPool } from '@rig/event-store';
import type { Pause, Pauses } from '@rig/policy';
import type { IssueState } from '../core/issue/issue-state.js';
import type { PullState } from '../core/pull/pull-state.js';
import type { TaskRow } from '../core/task/task-row.js';
import { createClaimReads } from './claim-read-models.js';
import { createGuardReports } from './guard-reports.js';

interface StateRow<T> {
  readonly state: T;
}

const states = <T>(rows: readonly StateRow<T>[]): readonly T[] => rows.map((row) => row.state);

/** Rows of one listing at most. */
const LIST_LIMIT = 1_000;

const taskReads = (pool: SqlPool, schema: string) => ({
  liveTasks: async (agent?: string): Promise<readonly TaskRow[]> => {
    const found = await pool.query<StateRow<TaskRow>>(
      `select state from ${schema}.tasks where live and ($1::text is null or agent = $1)
       order by assigned_position limit ${LIST_LIMIT}`,
      [agent ?? null],
    );
    return states(found.rows);
  },
});

const issueReads = (pool: SqlPool, schema: string) => ({
  leftOpen: async (): Promise<readonly IssueState[]> => {
    const found = await pool.query<StateRow<IssueState>>(
      `select state from ${schema}.issues where phase = 'done' and state ->> 'open' = 'true' order by position limit 100`,
    );
    return states(found.rows);
  },
  /** Numbers of the issues of a repository that are open as far as the log knows. */
  openIssues: async (repo: string): Promise<readonly number[]> => {
    const found = await pool.query<{ number: number }>(
      `select number from ${schema}.issues where repo = $1 and phase not in ('done', 'closed')
       order by position limit ${LIST_LIMIT}`,
      [repo],
    );
    return found.rows.map(({ number }) => number);
  },
  blockedIssues: async (): Promise<readonly IssueState[]> => {
    const found = await pool.query<StateRow<IssueState>>(
      `select state from ${schema}.issues where phase not in ('done', 'closed') and phase = 'blocked'
       order by position limit ${LIST_LIMIT}`,
    );
    return states(found.rows);
  },
  recentIssues: async (limit: number): Promise<readonly IssueState[]> => {
    const found = await pool.query<StateRow<IssueState>>(
      `select state from ${schema}.issues order by position desc limit $1`,
      [Math.min(limit, LIST_LIMIT)],
    );
    return states(found.rows);
  },
});

const pullReads = (pool: SqlPool, schema: string) => ({
  openPulls: async (): Promise<readonly PullState[]> => {
    const found = await pool.query<StateRow<PullState>>(
      `select state from ${schema}.pulls where status = 'open' and agent is not null order by position limit ${LIST_LIMIT}`,
    );
    return states(found.rows);
  },
  pullsByHead: async (repo: string, sha: string): Promise<readonly number[]> => {
    const found = await pool.query<{ number: number }>(
      `select number from ${schema}.pulls where repo = $1 and head_sha = $2 limit 20`,
      [repo, sha],
    );
    return found.rows.map((row) => row.number);
  },
  recentPulls: async (limit: number): Promise<readonly PullState[]> => {
    const found = await pool.query<StateRow<PullState>>(
      `select state from ${schema}.pulls order by position desc limit $1`,
      [Math.min(limit, LIST_LIMIT)],
    );
    return states(found.rows);
  },
});

/** Reads over the conductor's own tables, each by an index whose size does not grow with history. */
export const createReadModels = (pool: SqlPool, schema: string) => ({
  pauses: async (): Promise<Pauses> => {
    const found = await pool.query<StateRow<Pause>>(`select state from ${schema}.pauses`);
    return Object.fromEntries(states(found.rows).map((pause) => [pause.subject, pause]));
  },
  ...taskReads(pool, schema),
  ...issueReads(pool, schema),
  ...pullReads(pool, schema),
  ...createGuardReports(pool, schema),
  ...createClaimReads(pool, schema),
});

export type ReadModels = ReturnType<typeof createReadModels>;

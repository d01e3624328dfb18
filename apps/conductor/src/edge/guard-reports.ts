import type { SqlPool } from '@rig/event-store';
import type { GuardRow } from '../core/guard/guard-row.js';
import { TIMELINE_REPORTS, type ReadGuardReports } from '../flows/guard-reports.js';

interface StateRow {
  readonly state: GuardRow;
}

/** What the guard refused, read from the conductor's own table. */
export const createGuardReports = (pool: SqlPool, schema: string): ReadGuardReports => ({
  guardReports: async ({ type, agent, rule, task, since, canary, before, limit }) => {
    const found = await pool.query<StateRow>(
      `select state from ${schema}.guard_reports
         where type = $1 and ($2::text is null or agent = $2) and ($3::text is null or rule = $3)
           and ($4::text is null or task_id = $4) and ($5::text is null or blocked_at collate "C" >= $5)
           and ($6::boolean is null or coalesce(state -> 'data' -> 'canary', 'false') = to_jsonb($6::boolean))
           and ($7::bigint is null or position < $7)
         order by position desc limit $8`,
      [type, agent ?? null, rule ?? null, task ?? null, since ?? null, canary ?? null, before ?? null, limit],
    );
    return found.rows.map(({ state }) => state);
  },
  guardReportsOn: async (taskSubjects) => {
    const found = await pool.query<StateRow>(
      `select state from ${schema}.guard_reports where task_subject = any($1::text[])
         order by position desc limit ${TIMELINE_REPORTS}`,
      [taskSubjects],
    );
    return found.rows.map(({ state }) => state).reverse();
  },
});

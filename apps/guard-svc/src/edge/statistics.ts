import type { SqlPool } from '@rig/event-store';
import { isoTime } from '@rig/kernel';

export interface StatisticsQuery {
  readonly agent?: string | undefined;
  readonly rule?: string | undefined;
  readonly task?: string | undefined;
  /** First day, UTC: 2026-03-02. */
  readonly from: string;
}

export interface StatisticsRow {
  readonly agent: string;
  readonly rule: string;
  readonly taskId: string | null;
  readonly blocks: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

interface Row {
  readonly agent: string;
  readonly rule: string;
  readonly task_id: string;
  readonly blocks: number;
  readonly first_ms: number;
  readonly last_ms: number;
}

/** Rows of one answer at most. */
const LIMIT = 1_000;

export type ReadStatistics = (query: StatisticsQuery) => Promise<readonly StatisticsRow[]>;

/** Blocks by agent, rule and task, the most frequent first. */
export const createReadStatistics =
  (pool: SqlPool, schema: string): ReadStatistics =>
  async ({ agent, rule, task, from }) => {
    const found = await pool.query<Row>(
      `select agent, rule, task_id, sum(blocks)::bigint as blocks, min(first_ms) as first_ms, max(last_ms) as last_ms
         from ${schema}.statistics
         where day >= $1 and ($2::text is null or agent = $2) and ($3::text is null or rule = $3)
           and ($4::text is null or task_id = $4)
         group by agent, rule, task_id order by 4 desc, agent, rule, task_id limit ${LIMIT}`,
      [from, agent ?? null, rule ?? null, task ?? null],
    );
    return found.rows.map((row) => ({
      agent: row.agent,
      rule: row.rule,
      taskId: row.task_id === '' ? null : row.task_id,
      blocks: row.blocks,
      firstAt: isoTime(row.first_ms),
      lastAt: isoTime(row.last_ms),
    }));
  };

import type { SqlPool } from '@rig/event-store';
import { endStateOf } from '../../core/faults/end-state.js';
import type { RecordedDelivery, Records, SavedBoard } from '../../flows/faults/world-parts.js';

/** What lies in Postgres, read with the rights of its owner. */
export const createRecords = (pool: SqlPool): Records => ({
  deliveries: async () => {
    const found = await pool.query<RecordedDelivery>(
      `select guid, event, convert_from(body, 'UTF8') as body from conductor.inbox
         where kind = 'delivery' order by received_at, id`,
    );
    return found.rows;
  },
  inboxRows: async (guidPrefix = '') => {
    const sql = "select count(*)::int as items from conductor.inbox where coalesce(guid, '') like $1 || '%'";
    const found = await pool.query<{ items: number }>(sql, [guidPrefix]);
    return found.rows[0]?.items ?? 0;
  },
  outcome: async (id) => {
    const sql = 'select outcome, reason from conductor.inbox where id::text = $1';
    return (await pool.query<{ outcome: string | null; reason: string | null }>(sql, [id])).rows[0];
  },
  age: async (hours) => {
    await pool.query(
      `update conductor.inbox set
         received_at = least(received_at, now() - make_interval(hours => $1)),
         settled_at = least(settled_at, now() - make_interval(hours => $1))
       where received_at > now() - make_interval(hours => $1)`,
      [hours],
    );
  },
  endState: async () => {
    const found = await pool.query<{ key: string; state: unknown }>(
      `select 'issue ' || key as key, state from conductor.issues
         union all select 'pull ' || key, state from conductor.pulls
         union all select 'task ' || key, state from conductor.tasks order by 1`,
    );
    return endStateOf(found.rows);
  },
  board: async () => {
    const sql = 'select position::int as position, state from dispatcher.snapshots order by position desc limit 1';
    return (await pool.query<SavedBoard>(sql)).rows[0];
  },
  forgetBoard: async () => void (await pool.query('delete from dispatcher.snapshots')),
});

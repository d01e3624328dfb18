import { migrate, type SqlPool } from '@rig/event-store';
import type { Logger } from '@rig/kernel';
import type { BoardStore } from '../flows/save-board.js';
import { fromSnapshot, toSnapshot } from './board-snapshot.js';

/** Everything the dispatcher keeps in Postgres lies in this schema. */
export const SCHEMA = 'dispatcher';

export const migrateBoards = (pool: SqlPool, logger: Logger): Promise<readonly string[]> =>
  migrate(pool, { schema: SCHEMA, directory: new URL('../../sql/', import.meta.url), set: 'boards', logger });

/** The board in Postgres. A stored form that this version cannot read counts as none. */
export const createBoardStore = (pool: SqlPool, logger: Logger): BoardStore => ({
  load: async () => {
    const found = await pool.query<{ state: unknown }>(`select state from ${SCHEMA}.boards where name = 'board'`);
    const state = found.rows[0]?.state;
    if (state === undefined) return undefined;
    const board = fromSnapshot(state);
    if (board === undefined) logger.log('warn', 'the saved board is not readable; the log is read from the start');
    return board;
  },
  forget: async () => {
    await pool.query(`delete from ${SCHEMA}.boards where name = 'board'`);
  },
  save: async (board) => {
    await pool.query(
      `insert into ${SCHEMA}.boards as saved (name, position, state) values ('board', $1, $2)
         on conflict (name) do update
           set position = excluded.position, state = excluded.state, saved_at = clock_timestamp()
           where saved.position <= excluded.position or saved.state ->> 'form' is distinct from excluded.state ->> 'form'`,
      [board.position, JSON.stringify(toSnapshot(board))],
    );
  },
});

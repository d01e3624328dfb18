import type { SqlPool } from '@rig/event-store';
import type { Logger } from '@rig/kernel';
import { createSnapshotStore } from '@rig/outbox';
import type { BoardStore } from '../flows/save-board.js';
import { fromSnapshot, SNAPSHOT_FORM, toSnapshot } from './board-snapshot.js';

/** Everything the dispatcher keeps in Postgres lies in this schema. */
export const SCHEMA = 'dispatcher';

/** A row for each form: versions of the dispatcher that run side by side in an upgrade each find their own. */
const NAME = `board-${SNAPSHOT_FORM}`;

/** The board in Postgres, in the table that `migrateOutbox` makes. What cannot be read counts as none. */
export const createBoardStore = (pool: SqlPool, logger: Logger): BoardStore => {
  const snapshots = createSnapshotStore({ pool, schema: SCHEMA });
  const forget = async (): Promise<void> => {
    await pool.query(`delete from ${SCHEMA}.snapshots where name = $1`, [NAME]);
  };
  return {
    load: async () => {
      const found = await snapshots.loadSnapshot(NAME);
      if (found === undefined) return undefined;
      const board = fromSnapshot(found.state);
      if (board !== undefined) return board;
      logger.log('warn', 'the saved board is not readable; the log is read from the start');
      // Otherwise it would stand in the way of every younger one at a smaller position.
      await forget();
      return undefined;
    },
    save: async (board, before) => {
      const { position } = board;
      const snapshot = toSnapshot(board);
      await before?.();
      await snapshots.saveSnapshot(NAME, position, snapshot);
    },
    forget,
  };
};

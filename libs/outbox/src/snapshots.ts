import { checkSchemaName, storableJson, type SqlPool } from '@rig/event-store';

export interface Snapshot {
  /** The state has taken in the log up to here. */
  readonly position: number;
  /** Not yet parsed: whoever saved it parses it, and starts from nothing if it is of another form. */
  readonly state: unknown;
}

export interface SnapshotStore {
  loadSnapshot(name: string): Promise<Snapshot | undefined>;
  /** Replaces the saved state unless that one is newer. Resolves to whether it did. */
  saveSnapshot(name: string, position: number, state: object): Promise<boolean>;
}

/** States kept between two starts, in the table that `migrateOutbox` makes. */
export const createSnapshotStore = (options: { readonly pool: SqlPool; readonly schema: string }): SnapshotStore => {
  const { pool } = options;
  const schema = checkSchemaName(options.schema);
  return {
    loadSnapshot: async (name) => {
      const found = await pool.query<{ position: string; state: unknown }>(
        `select position::text, state from ${schema}.snapshots where name = $1`,
        [name],
      );
      const row = found.rows[0];
      return row === undefined ? undefined : { position: Number(row.position), state: row.state };
    },
    saveSnapshot: async (name, position, state) => {
      const saved = await pool.query(
        `insert into ${schema}.snapshots as known (name, position, state) values ($1, $2, $3::jsonb)
           on conflict (name) do update
             set position = excluded.position, state = excluded.state, saved_at = clock_timestamp()
             where known.position <= excluded.position`,
        [name, position, storableJson(state)],
      );
      return (saved.rowCount ?? 0) > 0;
    },
  };
};

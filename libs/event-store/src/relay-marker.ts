import { checkSchemaName } from './migrate.js';
import type { SqlPool } from './pool.js';

/** Remembers, outside the streams, how far a log was relayed: what a wipe of the streams cannot take away. */
export interface RelayMarker {
  /** Undefined when nothing was ever relayed to the stream. */
  load(stream: string): Promise<number | undefined>;
  /** Never goes back. */
  save(stream: string, position: number): Promise<void>;
}

export const createRelayMarker = (options: { readonly pool: SqlPool; readonly schema: string }): RelayMarker => {
  const { pool } = options;
  const schema = checkSchemaName(options.schema);
  return {
    load: async (stream) => {
      const found = await pool.query<{ last: string }>(
        `select last_position::text as last from ${schema}.relay_state where stream = $1`,
        [stream],
      );
      const last = found.rows[0]?.last;
      return last === undefined ? undefined : Number(last);
    },
    save: async (stream, position) => {
      await pool.query(
        `insert into ${schema}.relay_state as known (stream, last_position) values ($1, $2)
           on conflict (stream) do update set last_position = greatest(known.last_position, excluded.last_position)`,
        [stream, position],
      );
    },
  };
};

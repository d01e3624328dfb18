import {
  createPool,
  createPostgresEventStore,
  migrate,
  migrateEventStore,
  type EventStore,
  type SqlPool,
} from '@rig/event-store';
import { silentLogger } from '@rig/kernel';
import { itemEvent, items } from './item-events.js';

export const SCHEMA = 'conductor';

export interface ItemStore {
  readonly store: EventStore;
  readonly pool: SqlPool;
  /** Appends one event with an expected version; throws unless it was appended. */
  append(stream: string, version: number): Promise<void>;
  /** Events counted by the read model. */
  projected(): Promise<number>;
  close(): Promise<void>;
}

/** The event store as the conductor has it, with one projection: a row a stream. */
export const openItemStore = async (url: string): Promise<ItemStore> => {
  const pool = createPool({ url, applicationName: 'bench', max: 16 });
  const logger = silentLogger;
  await migrateEventStore(pool, { schema: SCHEMA, logger });
  await migrate(pool, { schema: SCHEMA, directory: new URL('../../sql/', import.meta.url), set: 'bench', logger });
  const store = createPostgresEventStore({ pool, schema: SCHEMA, projections: [items], logger });
  return {
    store,
    pool,
    append: async (stream, version) => {
      const events = [itemEvent(stream, version)];
      const outcome = await store.append({ writes: [{ subject: stream, expectedVersion: version, events }] });
      if (outcome.status !== 'appended') throw new Error(`an append ended as ${outcome.status}`);
    },
    projected: async () => {
      const found = await pool.query<{ events: number }>(
        `select coalesce(sum((state ->> 'count')::integer), 0)::integer as events from ${SCHEMA}.items`,
      );
      return found.rows[0]?.events ?? 0;
    },
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
};

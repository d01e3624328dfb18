import { silentLogger, type Logger } from '@rig/kernel';
import { testDatabase } from '@rig/testkit';
import { tasks, type StoreUnderTest } from './fixture.spec.js';
import { migrate, migrateEventStore } from './migrate.js';
import { createPool, type SqlPool } from './pool.js';
import { createPostgresEventStore } from './postgres-event-store.js';

export interface PostgresUnderTest extends StoreUnderTest {
  readonly pool: SqlPool;
  readonly url: string;
  /** One more store with a pool of its own on the same database. */
  another(logger?: Logger): StoreUnderTest['store'];
}

const SCHEMA = 'rig_test';

/** A fresh database with the event store's tables and the fixture's. */
export const openPostgres = async (): Promise<PostgresUnderTest> => {
  const database = await testDatabase();
  const pools: SqlPool[] = [];
  const openPool = (): SqlPool => {
    const pool = createPool({ url: database.url, applicationName: 'event-store-test', max: 4 });
    pools.push(pool);
    return pool;
  };
  const pool = openPool();
  await migrateEventStore(pool, { schema: SCHEMA, logger: silentLogger });
  await migrate(pool, {
    schema: SCHEMA,
    directory: new URL('../test-sql/', import.meta.url),
    set: 'fixture',
    logger: silentLogger,
  });
  const stores: StoreUnderTest['store'][] = [];
  const another = (logger: Logger = silentLogger): StoreUnderTest['store'] => {
    const own = stores.length === 0 ? pool : openPool();
    const store = createPostgresEventStore({ pool: own, schema: SCHEMA, projections: [tasks], logger });
    stores.push(store);
    return store;
  };
  return {
    store: another(),
    another,
    pool,
    url: database.url,
    notes: async () => {
      const found = await pool.query<{ id: string; times: number }>(`select id, times from ${SCHEMA}.notes`);
      return Object.fromEntries(found.rows.map(({ id, times }) => [id, times]));
    },
    close: async () => {
      for (const store of stores) await store.close();
      for (const one of pools) await one.end();
      await database.drop();
    },
  };
};

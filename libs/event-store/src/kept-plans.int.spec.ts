import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { silentLogger } from '@rig/kernel';
import { issue, taken, tasks, write } from './fixture.spec.js';
import { createPool, type SqlPool } from './pool.js';
import { createPostgresEventStore } from './postgres-event-store.js';
import { openPostgres, type PostgresUnderTest } from './postgres-fixture.spec.js';

let on: PostgresUnderTest;
beforeEach(async () => {
  on = await openPostgres();
});
afterEach(() => on.close());

/** Rows that were read one after the other, by this very connection too. */
const rowsScanned = async (pool: SqlPool): Promise<number> => {
  await pool.query('select pg_stat_force_next_flush()');
  const found = await pool.query<{ rows: string }>(
    "select sum(seq_tup_read)::text as rows from pg_stat_user_tables where relname in ('events', 'tasks')",
  );
  return Number(found.rows[0]?.rows ?? 0);
};

it('an append reads no more when the log has grown under the plans that its connection keeps', async () => {
  const pool = createPool({ url: on.url, applicationName: 'kept-plans', max: 1 });
  const store = createPostgresEventStore({ pool, schema: 'rig_test', projections: [tasks], logger: silentLogger });
  // Postgres settles on a plan at the sixth time, here while there is next to nothing.
  for (let n = 1; n <= 10; n++) await store.append(write(issue(n), 0, taken(`before-${n}`)));
  await pool.query(
    `insert into rig_test.events (position, subject, version, id, type, dataschema, data, meta)
       select 10 + n, 'issue/acme/old/' || n, 1, gen_random_uuid(), type, dataschema, data, meta
       from rig_test.events, generate_series(1, 5000) as n where position = 1`,
  );
  const before = await rowsScanned(pool);
  for (let n = 11; n <= 20; n++) await store.append(write(issue(n), 0, taken(`after-${n}`)));
  expect((await rowsScanned(pool)) - before).toBeLessThan(5_000);
  await store.close();
  await pool.end();
});

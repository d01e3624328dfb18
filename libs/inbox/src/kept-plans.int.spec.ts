import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { createPool, migrateEventStore, type SqlPool } from '@rig/event-store';
import { silentLogger } from '@rig/kernel';
import { fakeClock, testDatabase } from '@rig/testkit';
import { createInbox, migrateInbox } from './create-inbox.js';

const schema = 'conductor';

/** Entries that were read one after the other, by this very connection too. */
const entriesScanned = async (pool: SqlPool): Promise<number> => {
  await pool.query('select pg_stat_force_next_flush()');
  const found = await pool.query<{ entries: string }>(
    "select seq_tup_read::text as entries from pg_stat_user_tables where relname = 'inbox'",
  );
  return Number(found.rows[0]?.entries ?? 0);
};

it('storing and settling reads no more when the inbox has grown under the plans that a connection keeps', async () => {
  const database = await testDatabase();
  const pool = createPool({ url: database.url, applicationName: 'kept-plans', max: 1 });
  await migrateEventStore(pool, { schema, logger: silentLogger });
  await migrateInbox(pool, { schema, logger: silentLogger });
  const inbox = createInbox({
    pool,
    schema,
    bus: { publishMany: async () => [] },
    clock: fakeClock(),
    logger: silentLogger,
  });
  const take = async (turns: number): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) {
      const guid = randomUUID();
      const { id } = await inbox.storeDelivery({ guid, event: 'star', headers: {}, body: Buffer.from(guid) });
      await inbox.settle(id, 'ignored', 'of no interest');
    }
  };
  // Postgres settles on a plan at the sixth time, here while there is next to nothing.
  await take(10);
  await pool.query(
    `insert into conductor.inbox
         (id, kind, guid, event, headers, body, body_hash, received_at, next_wake_at, settled_at, outcome)
       select gen_random_uuid(), 'delivery', gen_random_uuid()::text, 'star', '{}', '', sha256(n::text::bytea),
              now(), now(), now(), 'ignored'
       from generate_series(1, 5000) as n`,
  );
  const before = await entriesScanned(pool);
  await take(10);
  expect((await entriesScanned(pool)) - before).toBeLessThan(5_000);
  await inbox.close();
  await pool.end();
  await database.drop();
});

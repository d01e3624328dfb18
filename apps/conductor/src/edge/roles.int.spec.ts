import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPool, createPostgresEventLog, migrate, migrateEventStore, type SqlPool } from '@rig/event-store';
import { createInbox, migrateInbox } from '@rig/inbox';
import { silentLogger, systemClock } from '@rig/kernel';
import { createOutbox, migrateOutbox } from '@rig/outbox';
import { testDatabase, testRoles, type TestDatabase, type TestRole } from '@rig/testkit';
import { createTestStore, appendOne } from '../testing/one-event.fixture.spec.js';

// The statements of an attacker who has one service's database password, beside what the service itself does with it.
let database: TestDatabase;
let urls: Readonly<Record<TestRole, string>>;
const pools: SqlPool[] = [];
const logger = silentLogger;

const poolOf = (role: TestRole): SqlPool => {
  const pool = createPool({ url: urls[role], applicationName: role, max: 3 });
  pools.push(pool);
  return pool;
};
const migrateConductor = async (pool: SqlPool): Promise<readonly string[]> => [
  ...(await migrateEventStore(pool, { schema: 'conductor', logger })),
  ...(await migrateInbox(pool, { schema: 'conductor', logger })),
  ...(await migrate(pool, { schema: 'conductor', directory: 'apps/conductor/sql', set: 'conductor', logger })),
];
/** `allowed`, or Postgres' word for why not. */
const outcome = (pool: SqlPool, statement: string): Promise<string> =>
  pool.query(statement).then(
    () => 'allowed',
    (error: Error & { code?: string }) => (error.code === '42501' ? 'denied' : error.message),
  );

let conductor: SqlPool;
let gateway: SqlPool;
let dispatcher: SqlPool;

beforeAll(async () => {
  database = await testDatabase();
  urls = await testRoles(database.url);
  [conductor, gateway, dispatcher] = [poolOf('rig_conductor'), poolOf('rig_gateway'), poolOf('rig_dispatcher')];
});
afterAll(async () => {
  for (const pool of pools) await pool.end();
  await database.drop();
});

describe('database roles', () => {
  it('a service that starts before the owner of its schema says who has to start first', async () => {
    await expect(migrateInbox(gateway, { schema: 'conductor', logger })).rejects.toMatchObject({
      code: 'SCHEMA_NOT_OURS',
      fix: expect.stringContaining('Start the service that owns conductor first'),
    });
  });

  it('the conductor owns its schema: it migrates and appends, and is no administrator', async () => {
    expect(await migrateConductor(conductor)).not.toEqual([]);
    const store = createTestStore(conductor);
    expect(await appendOne(store)).toMatchObject({ status: 'appended' });
    await store.close();
    expect(await outcome(conductor, "update conductor.events set type = 'X'")).toContain('append-only');
    for (const statement of ['create role mallory', 'create schema mine', 'create table public.mine (a int)']) {
      expect(await outcome(conductor, statement)).toBe('denied');
    }
  });

  it('the gateway puts things into the inbox', async () => {
    expect(await migrateInbox(gateway, { schema: 'conductor', logger })).toEqual([]);
    const bus = { publishMany: async () => [] };
    const inbox = createInbox({ pool: gateway, schema: 'conductor', bus, clock: systemClock, logger });
    const delivery = { guid: randomUUID(), event: 'issues', headers: {}, body: Buffer.from('{}') };
    expect(await inbox.storeDelivery(delivery)).toMatchObject({ status: 'stored' });
    expect(await inbox.storeDelivery(delivery)).toMatchObject({ status: 'duplicate' });
    await inbox.close();
  });

  it.each([
    'select * from conductor.events',
    'select * from conductor.log',
    'select * from conductor.inbox',
    'select * from conductor.tasks',
    'select sealed from conductor.forge_tokens',
    'insert into conductor.inbox (id) values (gen_random_uuid())',
    'update conductor.inbox set settled_at = null',
    'delete from conductor.inbox',
    `select conductor.append(0, '{"epoch": 0, "ids": [], "streams": [], "segments": []}')`,
    `select conductor.effect_settle_inbox('{"id": "0197f3a0-0000-7000-8000-000000000001", "outcome": "ignored"}')`,
    'select conductor.grant_roles()',
    'insert into conductor.migrations values (1, 2, 3)',
    'create table conductor.mine (a int)',
    'create temporary table mine (a int)',
    'create table public.mine (a int)',
    'select * from dispatcher.outbox',
    'set role rig_conductor',
  ])('the gateway cannot: %s', async (statement) => {
    await migrateOutbox(dispatcher, { schema: 'dispatcher', logger });
    expect(await outcome(gateway, statement)).toBe('denied');
  });

  it('the dispatcher keeps its own schema and reads the log', async () => {
    await migrateOutbox(dispatcher, { schema: 'dispatcher', logger });
    const bus = { publishMany: async () => [] };
    const outbox = createOutbox({ pool: dispatcher, schema: 'dispatcher', bus, clock: systemClock, logger });
    await outbox.start();
    await outbox.stop();
    const log = createPostgresEventLog({ pool: dispatcher, schema: 'conductor', logger });
    expect(await log.head()).toBe(1);
    expect(await log.readAll(0)).toHaveLength(1);
    const stop = await log.watch(() => undefined);
    await stop();
    await log.close();
  });

  it.each([
    'select * from conductor.events',
    'insert into conductor.log (position) values (9)',
    'insert into conductor.events (position) values (9)',
    'delete from conductor.events',
    `select conductor.append(1, '{"epoch": 0, "ids": [], "streams": [], "segments": []}')`,
    'select * from conductor.inbox',
    'select * from conductor.tasks',
    'select sealed from conductor.forge_tokens',
    `select conductor.store_inbox('{}','{}','{}','{}','{}','{}','{}', now(), now(), now())`,
    'create table conductor.mine (a int)',
    'create schema mine',
    'alter role rig_dispatcher createrole',
    'set role rig_gateway',
  ])('the dispatcher cannot: %s', async (statement) => {
    expect(await outcome(dispatcher, statement)).toBe('denied');
  });

  it('guard-svc keeps its own schema and reads the log', async () => {
    const guard = poolOf('rig_guard');
    await migrateOutbox(guard, { schema: 'guard', logger });
    await migrate(guard, { schema: 'guard', directory: 'apps/guard-svc/sql', set: 'guard', logger });
    expect(await outcome(guard, 'select * from conductor.log')).toBe('allowed');
    for (const statement of [
      'select * from conductor.events',
      'select * from conductor.guard_reports',
      'select * from conductor.inbox',
      'select * from dispatcher.outbox',
      `select conductor.append(1, '{"epoch": 0, "ids": [], "streams": [], "segments": []}')`,
      'create table conductor.mine (a int)',
      'set role rig_conductor',
    ]) {
      expect([statement, await outcome(guard, statement)]).toEqual([statement, 'denied']);
    }
    expect(await outcome(dispatcher, 'select * from guard.blocks')).toBe('denied');
  });

  it('a reader of the log reads the log, and cannot log in', async () => {
    const client = await dispatcher.connect();
    await client.query('begin; set local role rig_log_reader');
    expect((await client.query('select count(*)::integer as events from conductor.log')).rows).toEqual([{ events: 1 }]);
    await expect(client.query('select * from conductor.events')).rejects.toMatchObject({ code: '42501' });
    await client.query('rollback');
    client.release();
    const login = await conductor.query("select rolcanlogin from pg_roles where rolname = 'rig_log_reader'");
    expect(login.rows).toEqual([{ rolcanlogin: false }]);
  });

  it('one function alone runs with more rights than its caller has, under a fixed search path', async () => {
    const found = await conductor.query<{ proname: string; proconfig: string[] }>(
      `select proname, proconfig from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where n.nspname = 'conductor' and prosecdef`,
    );
    expect(found.rows).toEqual([{ proname: 'store_inbox', proconfig: expect.any(Array) }]);
    expect(found.rows[0]?.proconfig).toContain('search_path=pg_catalog, pg_temp');
  });

  it('roles that are made after the tables take them over', async () => {
    const late = await testDatabase();
    const admin = createPool({ url: late.url, applicationName: 'admin', max: 2 });
    await migrateConductor(admin);
    await migrateOutbox(admin, { schema: 'dispatcher', logger });
    await testRoles(late.url);
    const given = await testRoles(late.url);
    const owner = createPool({ url: given.rig_conductor, applicationName: 'late', max: 2 });
    const door = createPool({ url: given.rig_gateway, applicationName: 'late', max: 2 });
    expect(await migrateConductor(owner)).toEqual([]);
    const store = createTestStore(owner);
    expect(await appendOne(store)).toMatchObject({ status: 'appended' });
    expect(await migrateInbox(door, { schema: 'conductor', logger })).toEqual([]);
    expect(await outcome(door, 'select * from conductor.inbox')).toBe('denied');
    await store.close();
    for (const pool of [admin, owner, door]) await pool.end();
    await late.drop();
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPool, type SqlPool } from '@rig/event-store';
import { silentLogger, systemClock } from '@rig/kernel';
import { migrateOutbox } from '@rig/outbox';
import { createFaultProxy, eventually, testDatabase, type TestDatabase } from '@rig/testkit';
import { emptyBoard } from '../core/board.js';
import { createBoardStore, SCHEMA } from './board-store.js';
import { tryToLead, type Leadership } from './leadership.js';
import { approvedIssue, createHistory } from '../testing/history.fixture.spec.js';

let database: TestDatabase;
let pools: Record<'one' | 'two', SqlPool>;

beforeAll(async () => {
  database = await testDatabase();
  const open = (applicationName: string): SqlPool =>
    createPool({ url: database.url, applicationName, max: 3, logger: silentLogger });
  pools = { one: open('dispatcher-one'), two: open('dispatcher-two') };
});

afterAll(async () => {
  await Promise.all([pools.one.end(), pools.two.end()]);
  await database.drop();
});

const tryOn = (pool: SqlPool): Promise<Leadership | undefined> =>
  tryToLead({ pool, clock: systemClock, logger: silentLogger });

const lead = async (pool: SqlPool): Promise<Leadership> => {
  const leadership = await tryOn(pool);
  if (leadership === undefined) throw new Error('another leads');
  return leadership;
};

const untilAborted = (signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));

describe('the leadership', () => {
  it('is held by one at a time and can be given up', async () => {
    const first = await lead(pools.one);
    expect(await tryOn(pools.two)).toBeUndefined();
    expect(await tryOn(pools.one)).toBeUndefined();
    await first.release();
    await first.release();
    const second = await eventually(async () => (await tryOn(pools.two)) ?? false);
    await second.release();
  });

  it('is tried on a new connection after one that fell silent', async () => {
    const url = new URL(database.url);
    const proxy = await createFaultProxy({ targetPort: Number(url.port) });
    url.port = String(proxy.port);
    const pool = createPool({ url: url.href, applicationName: 'half-open', max: 1, answerTimeoutMs: 300 });
    await pool.query('select 1');
    proxy.halfOpen();
    await expect(tryOn(pool)).rejects.toThrow('read timeout');
    const leadership = await eventually(async () => (await tryOn(pool)) ?? false);
    await leadership.release();
    await pool.end();
    await proxy.close();
  });

  it('ends at once with the connection that holds it, and another takes over', async () => {
    const first = await eventually(async () => (await tryOn(pools.one)) ?? false);
    expect(first.lost.aborted).toBe(false);
    await pools.two.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'dispatcher-one' and pid in (select pid from pg_locks where locktype = 'advisory')`,
    );
    await eventually(() => first.lost.aborted, { withinMs: 1_000 });
    const second = await eventually(async () => (await tryOn(pools.two)) ?? false);
    expect(second.lost.aborted).toBe(false);
    await first.release();
    await second.release();
  });

  it('goes to another when the process that holds it is stopped, and it knows when it goes on', async () => {
    // A clock whose sleeps never end is a process that never comes to its next heartbeat.
    const stopped = { ...systemClock, sleep: (_ms: number, signal?: AbortSignal) => untilAborted(signal) };
    const first = await eventually(
      async () => (await tryToLead({ pool: pools.one, clock: stopped, logger: silentLogger, silenceMs: 500 })) ?? false,
    );
    expect(await tryOn(pools.two)).toBeUndefined();
    const second = await eventually(async () => (await tryOn(pools.two)) ?? false);
    await eventually(() => first.lost.aborted);
    await first.release();
    await second.release();
  });
});

describe('the saved board', () => {
  it('is loaded as it was saved, and an older one does not replace it', async () => {
    await migrateOutbox(pools.one, { schema: SCHEMA, logger: silentLogger });
    const store = createBoardStore(pools.one, silentLogger);
    expect(await store.load()).toBeUndefined();
    const history = createHistory();
    approvedIssue(history, 7);
    const board = history.board();
    await store.save(board);
    await store.save(emptyBoard());
    expect(await store.load()).toEqual(board);
    await store.forget();
    expect(await store.load()).toBeUndefined();
  });

  it('counts as none when this version cannot read it', async () => {
    const store = createBoardStore(pools.one, silentLogger);
    await pools.one.query(`insert into ${SCHEMA}.snapshots values ('board-2', 9, '{"form": 2}')`);
    expect(await store.load()).toBeUndefined();
    await store.save(createHistory().board());
    expect(await store.load()).toEqual(emptyBoard());
  });
});

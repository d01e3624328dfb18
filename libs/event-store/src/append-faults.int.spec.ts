import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@rig/kernel';
import { createFaultProxy, eventually, testSignal } from '@rig/testkit';
import { issue, newEvent, note, taken, tasks, write } from './fixture.spec.js';
import { migrateEventStore } from './migrate.js';
import { createPool, inTransaction, patient } from './pool.js';
import { createPostgresEventStore } from './postgres-event-store.js';
import { openPostgres, type PostgresUnderTest } from './postgres-fixture.spec.js';

const BACKENDS = `from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
  and application_name = 'event-store-test'`;

describe('an append that meets a fault', () => {
  let on: PostgresUnderTest;
  beforeEach(async () => {
    on = await openPostgres();
  });
  afterEach(async () => {
    await on.close();
  });

  const holdLock = async (work: () => Promise<void>): Promise<void> => {
    const other = createPool({ url: on.url, applicationName: 'lock-holder' });
    await inTransaction(other, async (client) => {
      await client.query('select rig_test.lock_log()');
      await work();
    });
    await other.end();
  };

  it('is written once although its backend is killed while it waits', async () => {
    const store = on.another();
    const outcomes: ReturnType<typeof store.append>[] = [];
    await holdLock(async () => {
      outcomes.push(store.append({ ...write(issue(1), 0, taken('a')), effects: note('n') }));
      await eventually(async () => {
        const waiting = await on.pool.query(`select pid ${BACKENDS} and wait_event_type = 'Lock'`);
        expect(waiting.rows).toHaveLength(1);
      });
      await on.pool.query(`select pg_terminate_backend(pid) ${BACKENDS}`);
    });
    expect(await outcomes[0]).toMatchObject({ status: 'appended', events: [{ position: 1 }] });
    expect(await store.head()).toBe(1);
    expect(await on.notes()).toStrictEqual({ n: 1 });
  });

  it('finds its events when the connection was cut behind the commit', async () => {
    // Stands for the cut: the batch commits, then its reply is lost.
    const cut = on.pool.query.bind(on.pool) as (...args: unknown[]) => Promise<unknown>;
    let cuts = 1;
    const query = async (...args: unknown[]): Promise<unknown> => {
      const reply = await cut(...args);
      if (JSON.stringify(args[0]).includes('append(') && cuts-- > 0)
        throw new Error('Connection terminated unexpectedly');
      return reply;
    };
    Object.assign(on.pool, { query });
    const outcome = await on.store.append({ ...write(issue(1), 0, taken('a'), taken('b')), effects: note('n') });
    expect(outcome).toMatchObject({ status: 'appended', events: [{ position: 1 }, { position: 2 }] });
    expect(await on.store.head()).toBe(2);
    expect(await on.notes()).toStrictEqual({ n: 2 });
  });

  it('goes on after every connection was killed', async () => {
    const store = on.another();
    await store.append(write(issue(1), 0, taken('a')));
    await on.pool.query(`select pg_terminate_backend(pid) ${BACKENDS}`);
    expect(await store.append(write(issue(1), 1, taken('b')))).toMatchObject({ status: 'appended' });
  });

  it('throws a connection away that owes an answer for too long, and finds what was committed on it', async () => {
    const url = new URL(on.url);
    const proxy = await createFaultProxy({ targetPort: Number(url.port) });
    url.port = String(proxy.port);
    const pool = createPool({ url: url.href, applicationName: 'half-open', max: 2, answerTimeoutMs: 400 });
    const store = createPostgresEventStore({ pool, schema: 'rig_test', projections: [tasks], logger: silentLogger });
    await store.append(write(issue(1), 0, taken('a')));
    // From here on nothing comes back over the connections there are, and nobody says so.
    proxy.halfOpen();
    expect(await store.append({ ...write(issue(1), 1, taken('b')), effects: note('n') })).toMatchObject({
      status: 'appended',
      events: [{ position: 2 }],
    });
    expect(await on.notes()).toStrictEqual({ n: 1 });
    await store.close();
    await pool.end();
    await proxy.close();
  });

  it('is patient where work is known to be long', async () => {
    const pool = createPool({ url: on.url, applicationName: 'patient', max: 1, answerTimeoutMs: 200 });
    const client = await pool.connect();
    await expect(patient(client).query("select pg_sleep(0.5), 'done' as what")).resolves.toMatchObject({
      rows: [{ what: 'done' }],
    });
    client.release();
    await expect(inTransaction(pool, (one) => one.query('select pg_sleep(5)'))).rejects.toThrow('read timeout');
    expect((await pool.query('select 1')).rowCount).toBe(1);
    await pool.end();
  });

  it('wakes watchers again after their connection was killed', async () => {
    const woken = testSignal('woken');
    const store = on.another();
    const end = await store.watch(() => woken.emit());
    await woken.next();
    await on.pool.query(`select pg_terminate_backend(pid) ${BACKENDS} and query like 'listen%'`);
    await woken.next();
    await on.store.append(write(issue(1), 0, taken('a')));
    await woken.next();
    await end();
  });

  it('refuses more than ten thousand waiting items, retryably', async () => {
    const items = Array.from({ length: 10_050 }, (_, n) => on.store.append(write(issue(n + 1), 9, newEvent('X'))));
    const outcomes = await Promise.allSettled(items);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(50);
    expect(refused[0]).toMatchObject({ reason: { code: 'APPEND_QUEUE_FULL', kind: 'retryable' } });
  });

  it('lets nobody change the log', async () => {
    await on.store.append(write(issue(1), 0, taken('a')));
    await expect(on.pool.query(`update rig_test.events set type = 'X'`)).rejects.toThrow('append-only');
    await expect(on.pool.query('delete from rig_test.events')).rejects.toThrow('append-only');
    await expect(on.pool.query('truncate rig_test.events')).rejects.toThrow('append-only');
  });

  it('migrates once when several start at the same time', async () => {
    const options = { schema: 'elsewhere', logger: silentLogger };
    const applied = await Promise.all([1, 2, 3].map(() => migrateEventStore(on.pool, options)));
    const files = await readdir(new URL('../sql/', import.meta.url));
    expect(applied.flat()).toStrictEqual(files.sort());
  });
});

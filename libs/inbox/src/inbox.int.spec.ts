import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { INBOX_STREAM, type Fact } from '@rig/contracts';
import { createPool, createPostgresEventStore, migrateEventStore, type SqlPool } from '@rig/event-store';
import { silentLogger } from '@rig/kernel';
import { eventually, fakeClock, testDatabase, type FakeClock, type TestDatabase } from '@rig/testkit';
import { createInbox, migrateInbox } from './create-inbox.js';
import { createInboxSweep } from './inbox-sweep.js';
import type { Inbox, IncomingDelivery } from './inbox.js';

const HOUR = 3_600_000;
const schema = 'conductor';

const delivery = (body: string, guid: string = randomUUID(), event = 'issues'): IncomingDelivery => ({
  guid,
  event,
  headers: { 'x-github-event': event },
  body: Buffer.from(body),
});

const fact = (id: string = randomUUID()): Fact => ({
  id,
  source: 'rig/agent-worker',
  subject: 'issue/acme/greeter/1',
  time: '2026-01-01T00:00:00.000Z',
  actor: { kind: 'agent', id: 'dev-e-1' },
  type: 'WORK_FAILED',
  data: { taskId: randomUUID(), fence: 7, code: 'TESTS_FAIL', message: 'null \u0000 byte' },
});

describe('inbox', () => {
  let database: TestDatabase;
  let pool: SqlPool;
  let clock: FakeClock;
  let inbox: Inbox;
  let woken: string[];
  let busAway: boolean;

  beforeEach(async () => {
    database = await testDatabase();
    pool = createPool({ url: database.url, applicationName: 'inbox-test' });
    await migrateEventStore(pool, { schema, logger: silentLogger });
    await migrateInbox(pool, { schema, logger: silentLogger });
    clock = fakeClock();
    woken = [];
    busAway = false;
    const publishMany = async (stream: string, values: readonly unknown[]): Promise<readonly string[]> => {
      if (busAway) throw new Error('the bus is away');
      expect(stream).toBe(INBOX_STREAM);
      woken.push(...values.map((value) => (value as { inboxId: string }).inboxId));
      return values.map(() => '1-0');
    };
    inbox = createInbox({ pool, schema, bus: { publishMany }, clock, logger: silentLogger });
  });
  afterEach(async () => {
    await inbox.close();
    await pool.end();
    await database.drop();
  });

  it('keeps a delivery byte for byte and wakes the conductor', async () => {
    const given = { ...delivery(''), body: Buffer.from([0, 255, 10, 0x7b, 0xc3, 0x28]) };
    const { status, id } = await inbox.storeDelivery(given);
    expect(status).toBe('stored');
    expect(await inbox.load(id)).toStrictEqual({
      ...given,
      id,
      kind: 'delivery',
      receivedAt: '2026-01-01T00:00:00.000Z',
      settled: undefined,
    });
    await eventually(() => expect(woken).toStrictEqual([id]));
  });

  it('knows a delivery by its id, and by its content for three days', async () => {
    const first = await inbox.storeDelivery(delivery('{"a":1}', 'guid-1'));
    const duplicate = { status: 'duplicate', id: first.id };
    expect(await inbox.storeDelivery(delivery('{"other":1}', 'guid-1'))).toStrictEqual(duplicate);
    expect(await inbox.storeDelivery(delivery('{"a":1}', 'guid-2'))).toStrictEqual(duplicate);
    expect(await inbox.storeDelivery(delivery('{"a":1}', 'guid-3', 'push'))).toMatchObject({ status: 'stored' });
    clock.jump(clock.now() + 73 * HOUR);
    expect(await inbox.storeDelivery(delivery('{"a":1}', 'guid-4'))).toMatchObject({ status: 'stored' });
  });

  it('stores one of many equal deliveries that arrive at once, through two gateways', async () => {
    const other = createInbox({ pool, schema, bus: { publishMany: async () => [] }, clock, logger: silentLogger });
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? inbox : other).storeDelivery(delivery('same', `guid-${n}`))),
    );
    expect(outcomes.filter(({ status }) => status === 'stored')).toHaveLength(1);
    expect(new Set(outcomes.map(({ id }) => id)).size).toBe(1);
    await other.close();
  });

  it('keeps facts under their own ids and answers for each', async () => {
    const [one, two] = [fact(), fact()];
    expect(await inbox.storeFacts([one])).toStrictEqual([{ status: 'stored', id: one.id }]);
    expect(await inbox.storeFacts([two, one, two])).toStrictEqual([
      { status: 'stored', id: two.id },
      { status: 'duplicate', id: one.id },
      { status: 'duplicate', id: two.id },
    ]);
    expect(await inbox.load(two.id)).toMatchObject({ kind: 'fact', fact: two });
  });

  it('accepts while nobody can be woken, and wakes later, less and less often', async () => {
    busAway = true;
    const { id } = await inbox.storeDelivery(delivery('x'));
    await inbox.close();
    busAway = false;
    expect(await inbox.wakeUndecided()).toBe(0);
    clock.jump(clock.now() + 5_000);
    expect(await inbox.wakeUndecided()).toBe(1);
    clock.jump(clock.now() + 9_999);
    expect(await inbox.wakeUndecided()).toBe(0);
    clock.jump(clock.now() + 1);
    expect(await inbox.wakeUndecided()).toBe(1);
    expect(woken).toStrictEqual([id, id]);
    expect(await inbox.undecided({ olderThanMs: 15_000, limit: 10 })).toStrictEqual([id]);
    expect(await inbox.undecided({ olderThanMs: 15_001, limit: 10 })).toStrictEqual([]);
  });

  it('is settled inside an append, once, and counted', async () => {
    const store = createPostgresEventStore({ pool, schema, projections: [], logger: silentLogger });
    const [a, b] = [await inbox.storeDelivery(delivery('a')), await inbox.storeDelivery(delivery('b'))];
    const settle = (id: string, outcome: string) =>
      store.append({ writes: [], effects: [{ name: 'settle_inbox', args: { id, outcome, reason: 'R\u0000' } }] });
    await settle(a.id, 'ignored');
    await settle(a.id, 'applied');
    expect(await inbox.load(a.id)).toMatchObject({ settled: { outcome: 'ignored', reason: 'R\ufffd' } });
    expect(await inbox.undecided({ olderThanMs: 0, limit: 10 })).toStrictEqual([b.id]);
    expect(await inbox.counts()).toMatchObject({ undecided: 1 });
    await expect(settle(b.id, 'nonsense')).rejects.toMatchObject({ kind: 'terminal' });
    await store.close();
  });

  it('says which of the forge’s deliveries it does not have', async () => {
    const delivery = (guid: string) => ({ guid, event: 'star', headers: {}, body: Buffer.from(guid) });
    await inbox.storeDelivery(delivery('here'));
    expect([...(await inbox.missing(['here', 'gone', 'lost']))].sort()).toEqual(['gone', 'lost']);
    expect(await inbox.missing([])).toEqual([]);
  });

  it('deletes only what was settled long enough ago', async () => {
    const [a, b] = [await inbox.storeDelivery(delivery('a')), await inbox.storeDelivery(delivery('b'))];
    await inbox.settle(a.id, 'refused', 'BODY_INVALID');
    const sweep = createInboxSweep({ inbox, clock, logger: silentLogger });
    clock.jump(Date.now() + 13 * 24 * HOUR);
    expect(await sweep.once()).toBe('woken');
    expect(await sweep.once()).toBe('idle');
    clock.jump(Date.now() + 15 * 24 * HOUR);
    await sweep.once();
    expect(await sweep.once()).toBe('deleted');
    expect(await inbox.load(a.id)).toBeUndefined();
    expect(await inbox.load(b.id)).toBeDefined();
  });

  it('says that it is busy when too much waits, retryably', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 2_010 }, (_, n) => inbox.storeDelivery(delivery(String(n)))),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(10);
    expect(refused[0]).toMatchObject({ reason: { code: 'INBOX_BUSY', kind: 'retryable' } });
    expect((await inbox.counts()).undecided).toBe(2_000);
  });

  it('says that it is unavailable when there is no database', async () => {
    await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
                       where datname = current_database() and pid <> pg_backend_pid()`);
    await database.drop();
    await expect(inbox.storeDelivery(delivery('x'))).rejects.toMatchObject({ kind: 'retryable' });
  });
});

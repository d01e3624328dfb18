import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FACTS_STREAM, type Fact } from '@rig/contracts';
import { createPool, inTransaction, type SqlPool } from '@rig/event-store';
import { silentLogger } from '@rig/kernel';
import { eventually, fakeClock, testDatabase, type FakeClock, type TestDatabase } from '@rig/testkit';
import { createOutbox, migrateOutbox, type Outbox } from './create-outbox.js';
import { createSnapshotStore } from './snapshots.js';

const schema = 'dispatcher';

const fact = (): Fact => ({
  id: randomUUID(),
  source: 'rig/dispatcher',
  subject: 'issue/acme/greeter/1',
  time: '2026-01-01T00:00:00.000Z',
  actor: { kind: 'service', id: 'dispatcher' },
  type: 'ISSUE_DEFERRED',
  data: { code: 'NO_SLOT', message: 'every agent is busy' },
});

describe('outbox', () => {
  let database: TestDatabase;
  let pool: SqlPool;
  let clock: FakeClock;
  let outbox: Outbox;
  let sent: unknown[];
  let busAway: boolean;

  beforeEach(async () => {
    database = await testDatabase();
    pool = createPool({ url: database.url, applicationName: 'outbox-test' });
    await migrateOutbox(pool, { schema, logger: silentLogger });
    clock = fakeClock();
    sent = [];
    busAway = false;
    const publishMany = async (stream: string, values: readonly unknown[]): Promise<readonly string[]> => {
      if (busAway) throw new Error('the bus is away');
      expect(stream).toBe(FACTS_STREAM);
      sent.push(...values);
      return values.map(() => '1-0');
    };
    outbox = createOutbox({ pool, schema, bus: { publishMany }, clock, maxTries: 3, logger: silentLogger });
  });
  afterEach(async () => {
    await outbox.stop();
    await pool.end();
    await database.drop();
  });

  it('sends a fact as it was put, and again every five seconds until it is answered', async () => {
    const one = fact();
    await outbox.put([one, one]);
    expect(await outbox.once()).toBe('sent');
    expect(await outbox.once()).toBe('idle');
    clock.jump(clock.now() + 5_000);
    expect(await outbox.once()).toBe('sent');
    expect(sent).toStrictEqual([one, one]);
    await outbox.settle([one.id, randomUUID()]);
    clock.jump(clock.now() + 5_000);
    expect(await outbox.once()).toBe('idle');
    expect(await outbox.counts()).toStrictEqual({ waiting: 0, givenUp: 0 });
  });

  it('gives a fact up after its last try, and uses up no try while the bus is away', async () => {
    await outbox.put([fact()]);
    busAway = true;
    for (let n = 0; n < 5; n++) await expect(outbox.once()).rejects.toThrow('away');
    busAway = false;
    for (let n = 0; n < 3; n++) {
      expect(await outbox.once()).toBe('sent');
      clock.jump(clock.now() + 5_000);
    }
    expect(await outbox.once()).toBe('given-up');
    expect(sent).toHaveLength(3);
    expect(await outbox.counts()).toStrictEqual({ waiting: 0, givenUp: 1 });
    clock.jump(clock.now() + 8 * 24 * 3_600_000);
    await outbox.once();
    expect(await outbox.counts()).toStrictEqual({ waiting: 0, givenUp: 0 });
  });

  it('keeps a fact only if the transaction it belongs to is committed', async () => {
    const [kept, lost] = [fact(), fact()];
    await inTransaction(pool, (client) => outbox.put([kept], client));
    const failing = inTransaction(pool, async (client) => {
      await outbox.put([lost], client);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await outbox.once();
    expect(sent).toStrictEqual([kept]);
  });

  it('sends soon after a put while it runs', async () => {
    await outbox.start();
    await clock.asleep();
    const one = fact();
    await outbox.put([one]);
    await eventually(() => expect(sent).toStrictEqual([one]));
  });

  it('sends again at once what it could not send as it was put', async () => {
    await outbox.start();
    await clock.asleep();
    busAway = true;
    const one = fact();
    await outbox.put([one]);
    busAway = false;
    await eventually(async () => {
      await clock.advance(1_000);
      expect(sent).toStrictEqual([one]);
    });
    expect(await outbox.counts()).toStrictEqual({ waiting: 1, givenUp: 0 });
  });

  it('leaves to its successor what it had put, and perhaps not sent, when it died', async () => {
    const { promise: never, resolve } = Promise.withResolvers<readonly string[]>();
    const dying = createOutbox({
      pool,
      schema,
      bus: { publishMany: () => never },
      clock,
      logger: silentLogger,
    });
    await dying.start();
    const one = fact();
    await dying.put([one]);
    expect(await outbox.once()).toBe('idle');
    clock.jump(clock.now() + 5_000);
    expect(await outbox.once()).toBe('sent');
    expect(sent).toStrictEqual([one]);
    resolve(['1-0']);
    await dying.stop();
  });
});

describe('snapshot store', () => {
  it('keeps the newest state', async () => {
    const database = await testDatabase();
    const pool = createPool({ url: database.url, applicationName: 'outbox-test' });
    await migrateOutbox(pool, { schema, logger: silentLogger });
    const snapshots = createSnapshotStore({ pool, schema });
    expect(await snapshots.loadSnapshot('board')).toBeUndefined();
    expect(await snapshots.saveSnapshot('board', 5, { issues: ['a'] })).toBe(true);
    expect(await snapshots.saveSnapshot('board', 4, { issues: [] })).toBe(false);
    expect(await snapshots.loadSnapshot('board')).toStrictEqual({ position: 5, state: { issues: ['a'] } });
    await pool.end();
    await database.drop();
  });
});

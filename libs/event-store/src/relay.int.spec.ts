import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger, systemClock } from '@rig/kernel';
import { createValkeyStreamBus, type StreamBus } from '@rig/stream-bus';
import { eventually, testValkey, type TestValkey } from '@rig/testkit';
import { issue, newEvent, write } from './fixture.spec.js';
import { createOrderedReader, type OrderedReader } from './ordered-reader.js';
import { openPostgres, type PostgresUnderTest } from './postgres-fixture.spec.js';
import { createRelayMarker } from './relay-marker.js';
import { createRelay, type Relay } from './relay.js';

const STREAM = 'rig:events';
const GROUP = 'dispatcher';
const clock = systemClock;
const logger = silentLogger;

describe('relay and ordered reader on real servers', () => {
  let on: PostgresUnderTest;
  let valkey: TestValkey;
  let bus: StreamBus;
  let relays: Relay[];
  let seen: number[];
  let reader: OrderedReader;

  const relayOf = (): Relay =>
    createRelay({
      store: on.store,
      bus,
      stream: STREAM,
      marker: createRelayMarker({ pool: on.pool, schema: 'rig_test' }),
      batch: 7,
      clock,
      logger,
      offersFor: async ({ type, position }) =>
        type === 'ASSIGNED' ? [{ stream: 'rig:dev-e:tasks', json: JSON.stringify({ position }) }] : [],
    });
  const readerFrom = (from: number): OrderedReader =>
    createOrderedReader({
      log: on.store,
      bus,
      stream: STREAM,
      group: GROUP,
      consumer: 'pod-1',
      from,
      idleMs: 200,
      clock,
      logger,
      onEvent: async ({ position }) => void seen.push(position),
    });
  const append = async (from: number, count: number): Promise<void> => {
    await Promise.all(
      Array.from({ length: count }, (_, n) => on.store.append(write(issue(from + n), 0, newEvent('ASSIGNED')))),
    );
  };
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

  beforeEach(async () => {
    on = await openPostgres();
    valkey = await testValkey();
    bus = createValkeyStreamBus({ url: valkey.url, logger, connectionName: 'relay-test' });
    await bus.ensureGroup(STREAM, GROUP);
    seen = [];
    relays = [relayOf(), relayOf()];
    reader = readerFrom(0);
  });
  afterEach(async () => {
    await reader.stop();
    for (const relay of relays) await relay.stop();
    await bus.close();
    await valkey.close();
    await on.close();
  });

  it('brings every event once and in order past two relays that race, offers included', async () => {
    await append(1, 20);
    await reader.start();
    for (const relay of relays) await relay.start();
    await append(21, 40);
    await eventually(() => expect(seen).toHaveLength(60));
    expect(seen).toStrictEqual(upTo(60));
    await eventually(async () => expect(await bus.lastPosition(STREAM)).toBe(60));
    expect(await bus.firstPosition(STREAM)).toBe(1);
    await bus.ensureGroup('rig:dev-e:tasks', 'workers');
    const offers = await bus.outstanding('rig:dev-e:tasks', 'workers', 100);
    expect(offers.map(({ json }) => JSON.parse(json) as unknown)).toStrictEqual(
      upTo(60).map((position) => ({ position })),
    );
  });

  it('survives a wipe of the streams: nothing lost, nothing doubled, nothing refilled', async () => {
    await reader.start();
    for (const relay of relays) await relay.start();
    await append(1, 30);
    await eventually(async () => {
      expect(seen).toHaveLength(30);
      expect((await on.pool.query('select last_position from rig_test.relay_state')).rows).toStrictEqual([
        { last_position: 30 },
      ]);
    });
    await valkey.close();
    await append(31, 30);
    await eventually(() => expect(seen).toHaveLength(60));
    expect(seen).toStrictEqual(upTo(60));
    await eventually(async () => expect(await bus.lastPosition(STREAM)).toBe(60));
    expect(await bus.firstPosition(STREAM)).toBe(31);
  });
});

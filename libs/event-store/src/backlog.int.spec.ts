import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CommittedEnvelope } from '@rig/contracts';
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

/** Events that nobody has read; 10⁶ with `RIG_BACKLOG_EVENTS=1000000`, the assertions are the same. */
const BACKLOG = Number(process.env['RIG_BACKLOG_EVENTS'] ?? 6_000);
/** What a reader or a relay asks the log for at once, at most. */
const PAGE = 500;
const PATIENCE_MS = 30_000 + BACKLOG;

/** A log that counts what it is asked for. */
const counting = (store: PostgresUnderTest['store']) => {
  const pages: number[] = [];
  const readAll = async (after: number, limit: number): Promise<readonly CommittedEnvelope[]> => {
    const events = await store.readAll(after, limit);
    pages.push(events.length);
    return events;
  };
  return { pages, log: { ...store, readAll } };
};

describe('a backlog of unread events', () => {
  let on: PostgresUnderTest;
  let valkey: TestValkey;
  let bus: StreamBus;
  let relayed: ReturnType<typeof counting>;
  let read: ReturnType<typeof counting>;
  let relay: Relay;
  let reader: OrderedReader;
  let inOrder: boolean;
  let mostPending: number;

  const onEvent = async ({ position }: CommittedEnvelope): Promise<void> => {
    inOrder &&= position === reader.position + 1;
    if (position % 100 !== 0) return;
    const [group] = await bus.groups(STREAM);
    mostPending = Math.max(mostPending, group?.pending ?? 0);
  };

  /** One event by the front door, the others as copies of it. */
  const fill = async (events: number): Promise<void> => {
    await on.store.append(write(issue(1), 0, newEvent('ASSIGNED')));
    for (let from = 2; from <= events; from += 10_000) {
      await on.pool.query(
        `insert into rig_test.events (position, subject, version, id, type, dataschema, data, meta)
           select n, 'issue/acme/backlog/' || n, 1, gen_random_uuid(), type, dataschema, data, meta
             from (select * from rig_test.events where position = 1) as one,
                  generate_series($1::bigint, $2::bigint) as n`,
        [from, Math.min(events, from + 9_999)],
      );
    }
  };

  beforeEach(async () => {
    on = await openPostgres();
    valkey = await testValkey();
    bus = createValkeyStreamBus({ url: valkey.url, logger, connectionName: 'backlog-test' });
    await bus.ensureGroup(STREAM, GROUP);
    await fill(BACKLOG);
    [relayed, read] = [counting(on.store), counting(on.store)];
    inOrder = true;
    mostPending = 0;
    const marker = createRelayMarker({ pool: on.pool, schema: 'rig_test' });
    const common = { bus, stream: STREAM, clock, logger };
    relay = createRelay({ ...common, store: relayed.log, marker, offersFor: async () => [] });
    reader = createOrderedReader({
      ...common,
      log: read.log,
      group: GROUP,
      consumer: 'pod-1',
      from: 0,
      idleMs: 200,
      onEvent,
    });
  }, PATIENCE_MS);
  afterEach(async () => {
    await reader.stop();
    await relay.stop();
    await bus.close();
    await valkey.close();
    await on.close();
  });

  const relayAll = async (): Promise<void> => {
    await relay.start();
    await eventually(async () => expect(await bus.lastPosition(STREAM)).toBe(BACKLOG), { withinMs: PATIENCE_MS });
  };
  const drain = async (): Promise<void> => {
    await reader.start();
    await eventually(() => expect(reader.position).toBe(BACKLOG), { withinMs: PATIENCE_MS });
    expect(inOrder).toBe(true);
  };
  /** Pages that hold something: full ones and a last one, so the work is in proportion to the backlog and no more. */
  const expectPages = (pages: readonly number[], page: number): void => {
    const filled = pages.filter((size) => size > 0);
    expect(Math.max(...filled)).toBeLessThanOrEqual(page);
    expect(filled.length).toBeLessThanOrEqual(Math.ceil(BACKLOG / page) + 2);
  };

  it(
    'goes to the stream and to its reader page by page, whatever waits behind',
    async () => {
      await relayAll();
      expectPages(relayed.pages, 200);
      await drain();
      expectPages(read.pages, PAGE);
      // A batch at hand and the next one read ahead.
      expect(mostPending).toBeLessThanOrEqual(2 * 64);
    },
    PATIENCE_MS,
  );

  it(
    'of a day without a reader does not stay on the stream, and is read from the log page by page',
    async () => {
      await relayAll();
      // A day later: each trim marks the end of the stream, the next one cuts what is older.
      await bus.trim(STREAM, 0, 0);
      await bus.trim(STREAM, 0, 0);
      const first = await bus.firstPosition(STREAM);
      expect(first === undefined || first >= BACKLOG).toBe(true);
      await drain();
      expectPages(read.pages, PAGE);
      await on.store.append(write(issue(2), 0, newEvent('ASSIGNED')));
      await eventually(() => expect(reader.position).toBe(BACKLOG + 1));
    },
    PATIENCE_MS,
  );
});

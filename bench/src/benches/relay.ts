import type { EventStore } from '@rig/event-store';
import type { Measured } from '../core/figure.js';
import { percentile } from '../core/stats.js';
import { alternate } from '../harness/alternate.js';
import type { Bench, BenchContext } from '../harness/bench.js';
import { nowMs, startConsumer } from '../harness/consumer.js';
import { VALKEY_DURABILITY } from '../harness/servers.js';
import { openBareRelay } from '../peers/bare-relay.js';
import {
  migrateConductor,
  openConductor,
  openConductorPool,
  SCHEMA,
  type ConductorUnderTest,
} from '../product/conductor.js';
import { loadHistory } from '../product/history.js';
import { itemEvent } from '../product/item-events.js';
import { openRelay } from '../product/relay-parts.js';
import { openBus } from '../product/stream-entries.js';

const GROUP = 'bench';
const PRODUCT = 'product/consumer-child.js';
const BARE = 'peers/bare-consumer-child.js';
const DURABILITY = `${VALKEY_DURABILITY}; the log is committed before`;

const HOW =
  'A log of whole issue stories is copied to an empty stream, offers looked up, while a consumer in a process of its ' +
  'own takes everything in; counted from the start to the last entry taken in. Beside it: a cursor, pipelines of XADD ' +
  'as large as the relay’s batches, and a bare consumer loop.';
const HOW_DELAY =
  'Events are appended one by one, 50 a second; the time from the answer to the append to the consumer’s handler. ' +
  'Beside it: LISTEN, a select, XADD and a bare consumer loop.';

interface Parts {
  readonly conductor: ConductorUnderTest;
  readonly bus: ReturnType<typeof openBus>;
  readonly bare: Awaited<ReturnType<typeof openBareRelay>>;
  readonly valkey: string;
  stream(): Promise<string>;
}

const open = async ({ servers, size }: BenchContext): Promise<Parts & { readonly total: number }> => {
  const postgres = await servers.database();
  const valkey = await servers.valkey();
  const pool = openConductorPool(postgres);
  await migrateConductor(pool);
  const past = size(3_000, 100);
  const total = await loadHistory(pool, { schema: SCHEMA, past, ready: 0, repositories: 20, agents: 20 });
  const bus = openBus(valkey);
  let streams = 0;
  return {
    total,
    valkey,
    bus,
    conductor: openConductor(pool, []),
    bare: await openBareRelay(postgres, valkey, SCHEMA),
    stream: async () => {
      const stream = `rig:bench-relay-${++streams}`;
      await bus.ensureGroup(stream, GROUP);
      return stream;
    },
  };
};

/** From the start of `copy` to the last entry that the consumer took in; entries a second. */
const through = async (
  { valkey, stream: makeStream }: Parts,
  file: string,
  total: number,
  copy: (stream: string) => Promise<void>,
): Promise<number> => {
  const stream = await makeStream();
  const consumer = await startConsumer(file, { url: valkey, stream, group: GROUP, total });
  const started = nowMs();
  await copy(stream);
  const last = (await consumer.done).at(-1);
  return total / (((last?.[1] ?? Number.NaN) - started) / 1_000);
};

const relayAll =
  ({ conductor, bus }: Parts) =>
  async (stream: string): Promise<void> => {
    const relay = openRelay(conductor, bus, stream);
    const { signal } = new AbortController();
    while ((await relay.once(signal)) !== 'idle');
    // The next stream begins at the beginning.
    await conductor.pool.query(`delete from ${SCHEMA}.relay_state`);
  };

/** Appends at a steady pace and answers how long each event took to the consumer, in milliseconds. */
const delays = async (
  { conductor, valkey, stream: makeStream }: Parts,
  file: string,
  events: number,
  follow: (stream: string) => Promise<() => Promise<void>>,
): Promise<readonly number[]> => {
  const stream = await makeStream();
  const head = await conductor.store.head();
  const consumer = await startConsumer(file, { url: valkey, stream, group: GROUP, total: events });
  const stop = await follow(stream);
  const committed = new Map<number, number>();
  for (let n = 0; n < events; n++) {
    const next = nowMs() + 20;
    await appendOne(conductor.store, `issue/bench/delay/${head}`, n);
    committed.set(head + n + 1, nowMs());
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - nowMs())));
  }
  const arrivals = await consumer.done;
  await stop();
  return arrivals.map(([position, at]) => at - (committed.get(position) ?? Number.NaN));
};

/** A small event that every consumer knows. */
const appendOne = async (store: EventStore, subject: string, version: number): Promise<void> => {
  const type = 'ISSUE_PRIORITISED';
  const event = { ...itemEvent(subject, version), type, dataschema: `rig:${type}:1`, data: { priority: version % 4 } };
  const outcome = await store.append({ writes: [{ subject, expectedVersion: version, events: [event] }] });
  if (outcome.status !== 'appended') throw new Error(`an append ended as ${outcome.status}`);
};

const followWithRelay =
  ({ conductor, bus }: Parts) =>
  async (stream: string): Promise<() => Promise<void>> => {
    const relay = openRelay(conductor, bus, stream);
    // A wiped stream goes on behind the marker: nothing older goes out.
    await conductor.pool.query(`insert into ${SCHEMA}.relay_state values ($1, $2)`, [
      stream,
      await conductor.store.head(),
    ]);
    await relay.start();
    return relay.stop;
  };

const run = async (context: BenchContext): Promise<readonly Measured[]> => {
  const parts = await open(context);
  const { total, bare, conductor, bus } = parts;
  const events = context.size(300, 30);
  try {
    const rates = await alternate(context, {
      rig: () => through(parts, PRODUCT, total, relayAll(parts)),
      bare: () => through(parts, BARE, total, bare.copy),
    });
    const times = await alternate(context, {
      rig: async () => percentile(await delays(parts, PRODUCT, events, followWithRelay(parts)), 0.5),
      bare: async () => percentile(await delays(parts, BARE, events, bare.follow), 0.5),
    });
    return [
      {
        name: 'log to last consumer',
        unit: 'events/s',
        values: rates.rig,
        versus: { name: 'cursor and pipelined XADD', values: rates.bare },
        aim: { is: '≥', bound: 0.5 },
        how: HOW,
        durability: DURABILITY,
      },
      {
        name: 'delay from commit to handler, p50',
        unit: 'ms',
        values: times.rig,
        versus: { name: 'LISTEN, select, XADD', values: times.bare },
        how: HOW_DELAY,
        durability: DURABILITY,
      },
    ];
  } finally {
    await bare.close();
    await bus.close();
    await conductor.close();
  }
};

export const relay: Bench = {
  name: 'relay',
  about: 'From the log to the last consumer, beside a bare cursor and pipelined XADD.',
  run,
};

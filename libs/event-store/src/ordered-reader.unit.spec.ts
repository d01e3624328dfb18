import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@rig/kernel';
import { fakeClock, type FakeClock } from '@rig/testkit';
import fc from 'fast-check';
import type { EventStore } from './event-store.js';
import { fakeBus, type FakeBus } from './fake-bus.spec.js';
import { issue, newEvent, write } from './fixture.spec.js';
import { createMemoryEventStore } from './memory-event-store.js';
import { createOrderedReader, type OrderedReader } from './ordered-reader.js';

interface Bench {
  readonly store: EventStore;
  readonly bus: FakeBus;
  readonly clock: FakeClock;
  readonly seen: number[];
  reader: OrderedReader;
  fail: (position: number) => boolean;
  append(events: number): Promise<void>;
  entry(position: number): Promise<string>;
}

const createBench = (from: number): Bench => {
  const store = createMemoryEventStore({ projections: [] });
  const bus = fakeBus();
  const clock = fakeClock();
  let version = 0;
  const bench: Omit<Bench, 'reader'> = {
    store,
    bus,
    clock,
    seen: [],
    fail: () => false,
    append: async (events) => {
      const types = Array.from({ length: events }, () => newEvent('A'));
      await store.append(write(issue(1), version, ...types));
      version += events;
    },
    entry: async (position) => JSON.stringify((await store.readAll(position - 1, 1))[0]),
  };
  const reader = createOrderedReader({
    log: store,
    bus,
    stream: 'rig:events',
    group: 'dispatcher',
    consumer: 'pod-1',
    from,
    clock,
    logger: silentLogger,
    onEvent: async ({ position }) => {
      if (bench.fail(position)) throw new Error('not now');
      bench.seen.push(position);
    },
  });
  return Object.assign(bench, { reader });
};

describe('ordered reader', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = createBench(2);
  });
  afterEach(async () => {
    await bench.reader.stop();
  });

  it('has read the log from its checkpoint to the head before it has started', async () => {
    await bench.append(5);
    await bench.reader.start();
    expect(bench.seen).toStrictEqual([3, 4, 5]);
  });

  it('passes over what it has seen and fills gaps from the log', async () => {
    await bench.append(3);
    await bench.reader.start();
    await bench.append(4);
    expect(await bench.bus.deliver(await bench.entry(2))).toStrictEqual({ verdict: 'ack', outcome: 'seen' });
    expect(await bench.bus.deliver(await bench.entry(6))).toMatchObject({ verdict: 'ack' });
    expect(await bench.bus.deliver(await bench.entry(5))).toStrictEqual({ verdict: 'ack', outcome: 'seen' });
    expect(await bench.bus.deliver(await bench.entry(7))).toMatchObject({ verdict: 'ack' });
    expect(bench.seen).toStrictEqual([3, 4, 5, 6, 7]);
    expect(bench.reader.position).toBe(7);
  });

  it('finds what never came over the stream when nothing comes for two seconds', async () => {
    await bench.append(3);
    await bench.reader.start();
    await bench.append(2);
    await bench.clock.asleep();
    await bench.clock.advance(2_000);
    expect(bench.seen).toStrictEqual([3, 4, 5]);
  });

  it('holds everything back behind an event that fails, and says why', async () => {
    await bench.append(2);
    await bench.reader.start();
    await bench.append(2);
    bench.fail = (position) => position === 3;
    const verdict = bench.bus.deliver(await bench.entry(4));
    await bench.clock.asleep(2);
    expect(bench.reader.stalled).toBe('not now');
    expect(bench.seen).toStrictEqual([]);
    bench.fail = () => false;
    await bench.clock.advance(200);
    await verdict;
    expect(bench.seen).toStrictEqual([3, 4]);
    expect(bench.reader.stalled).toBeUndefined();
  });

  it('waits with an entry while the log that it needs cannot be read, and counts that as no try', async () => {
    await bench.append(2);
    await bench.reader.start();
    await bench.append(2);
    const { readAll } = bench.store;
    const entry = await bench.entry(4);
    bench.store.readAll = async () => {
      throw new Error('the log is away');
    };
    expect(await bench.bus.deliver(entry)).toEqual({
      verdict: 'retry',
      reason: 'the log is away',
      counted: false,
    });
    bench.store.readAll = readAll;
    expect(await bench.bus.deliver(await bench.entry(4))).toMatchObject({ verdict: 'ack' });
    expect(bench.seen).toStrictEqual([3, 4]);
  });

  it('gives an entry that is no event to the dead list', async () => {
    await bench.reader.start();
    expect(await bench.bus.deliver('{"position":"x"}')).toMatchObject({ verdict: 'dead' });
  });

  it('hands over each event once and in order, whatever the stream brings', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 20 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 30 }),
        async (from, deliveries) => {
          const one = createBench(from);
          await one.append(20);
          await Promise.all([one.reader.start(), one.reader.catchUp(new AbortController().signal)]);
          const entries = await Promise.all(deliveries.map((position) => one.entry(position)));
          await Promise.all(entries.map((entry) => one.bus.deliver(entry)));
          await one.reader.stop();
          expect(one.seen).toStrictEqual(Array.from({ length: 20 - from }, (_, index) => from + index + 1));
        },
      ),
      { numRuns: 50 },
    );
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger, systemClock, type LogLevel } from '@rig/kernel';
import type { EventStore } from './event-store.js';
import { fakeBus, type FakeBus } from './fake-bus.spec.js';
import { issue, newEvent, write } from './fixture.spec.js';
import { createMemoryEventStore } from './memory-event-store.js';
import type { RelayMarker } from './relay-marker.js';
import { createRelay, type Relay } from './relay.js';

const STREAM = 'rig:events';
const { signal } = new AbortController();

const memoryMarker = (): RelayMarker => {
  let saved: number | undefined;
  return {
    load: async () => saved,
    save: async (_stream, position) => {
      saved = Math.max(saved ?? 0, position);
    },
  };
};

describe('relay', () => {
  let store: EventStore;
  let bus: FakeBus;
  let marker: RelayMarker;
  let relay: Relay;
  const logged: LogLevel[] = [];

  const relayOf = (batch: number): Relay =>
    createRelay({
      store,
      bus,
      stream: STREAM,
      marker,
      batch,
      clock: systemClock,
      logger: { log: (level) => logged.push(level) },
      offersFor: async (event) =>
        event.type === 'ASSIGNED' ? [{ stream: 'rig:dev-e:tasks', json: JSON.stringify(event.position) }] : [],
    });
  const append = async (number: number, ...types: readonly string[]): Promise<void> => {
    await store.append(write(issue(number), 0, ...types.map((type) => newEvent(type))));
  };
  const positions = (): number[] => bus.entries.map(({ position }) => position);
  const drain = async (): Promise<void> => {
    while ((await relay.once(signal)) !== 'idle');
  };

  beforeEach(() => {
    store = createMemoryEventStore({ projections: [] });
    bus = fakeBus();
    marker = memoryMarker();
    relay = relayOf(2);
    logged.length = 0;
  });

  it('writes every event once, in order, the whole envelope', async () => {
    await append(1, 'A', 'B', 'C', 'D', 'E');
    await drain();
    await append(2, 'F');
    await drain();
    expect(positions()).toStrictEqual([1, 2, 3, 4, 5, 6]);
    expect(bus.entries.map(({ json }) => JSON.parse(json) as unknown)).toStrictEqual(await store.readAll(0));
    expect(await relay.once(signal)).toBe('idle');
  });

  it('writes offers before their event', async () => {
    await append(1, 'A', 'ASSIGNED', 'B');
    await drain();
    expect(bus.written).toStrictEqual(['1', 'rig:dev-e:tasks', '2', '3']);
  });

  it('steps back when another relay was faster', async () => {
    await append(1, 'A');
    await drain();
    await append(2, 'B', 'C');
    const rival = relayOf(10);
    const slow = createRelay({
      store,
      stream: STREAM,
      marker,
      clock: systemClock,
      logger: silentLogger,
      offersFor: async () => [],
      bus: {
        relay: bus.relay,
        lastPosition: async (stream) => {
          const last = await bus.lastPosition(stream);
          await rival.once(signal);
          return last;
        },
      },
    });
    expect(await slow.once(signal)).toBe('moved');
    expect(positions()).toStrictEqual([1, 2, 3]);
  });

  it('goes on behind a wipe without refilling, and loses nothing that had not gone out', async () => {
    await append(1, 'A', 'B', 'C');
    await drain();
    await append(2, 'D');
    bus.wipe();
    await append(3, 'E');
    await drain();
    expect(positions()).toStrictEqual([4, 5]);
  });

  it('says so when the stream is ahead of the log', async () => {
    await append(1, 'A');
    await bus.relay(STREAM, 0, [{ position: 9, json: '{}', offers: [] }]);
    expect(await relay.once(signal)).toBe('ahead');
    expect(logged).toStrictEqual(['error']);
  });

  it('wakes up when something is appended', async () => {
    await relay.start();
    await append(1, 'A');
    while (positions().length === 0) await new Promise((resolve) => setImmediate(resolve));
    await relay.stop();
    await relay.stop();
    expect(positions()).toStrictEqual([1]);
  });
});

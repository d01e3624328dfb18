import { describe, expect, it } from '@jest/globals';
import { createMemoryEventStore } from '@rig/event-store';
import { refuse, systemClock } from '@rig/kernel';
import { createMemoryStreamBus, type StreamBus } from '@rig/stream-bus';
import { eventually } from '@rig/testkit';
import { createCommitDecision } from './commit-decision.js';
import { createDeadLetters } from './dead-letters.js';
import { conductorProjections } from './projections.js';

const LIST = 'rig:dead:events:dispatcher';
const ADA = { kind: 'person' as const, id: 'ada' };

/** A bus on which one entry has gone to the dead list. */
const withDeadEntry = async (): Promise<StreamBus> => {
  const bus = createMemoryStreamBus();
  await bus.ensureGroup('rig:events', 'dispatcher');
  const consumer = bus.consume({
    stream: 'rig:events',
    group: 'dispatcher',
    consumer: 'test',
    parse: () => refuse({ code: 'EVENT_DATA_INVALID', message: 'data.taskId: not an id' }),
    handle: async () => ({ verdict: 'ack' }),
  });
  await bus.publish('rig:events', { broken: true });
  await consumer.start();
  await eventually(async () => expect(await bus.dead(LIST, 10)).toHaveLength(1));
  await consumer.stop();
  return bus;
};

const setUp = async () => {
  const bus = await withDeadEntry();
  const store = createMemoryEventStore({ projections: conductorProjections });
  const letters = createDeadLetters({ store, bus, commit: createCommitDecision({ store, clock: systemClock }) });
  const [entry] = await letters.entries(LIST, 10);
  if (entry === undefined) throw new Error('no dead entry');
  return { bus, store, letters, id: entry.id };
};

describe('dead letters', () => {
  it('are listed with the reason and the number of tries', async () => {
    const { letters, id } = await setUp();
    expect(await letters.lists()).toEqual([{ list: LIST, entries: 1 }]);
    expect(await letters.show(LIST, id)).toMatchObject({
      ok: true,
      value: { stream: 'rig:events', group: 'dispatcher', reason: expect.stringContaining('data.taskId'), tries: 1 },
    });
  });

  it('go back to their group, and the log says who did it', async () => {
    const { bus, store, letters, id } = await setUp();
    expect(await letters.redrive(LIST, id, ADA)).toMatchObject({ ok: true, value: { position: 1 } });
    expect(await bus.dead(LIST, 10)).toEqual([]);
    expect(await bus.outstanding('rig:events', 'dispatcher', 10)).toMatchObject([{ json: '{"broken":true}' }]);
    expect(await store.readAll(0)).toMatchObject([
      { type: 'DEAD_LETTER_REDRIVEN', subject: 'system/dead-letters', actor: ADA, data: { list: LIST, id } },
    ]);
  });

  it('that are dropped stay readable in the log', async () => {
    const { bus, store, letters, id } = await setUp();
    await letters.drop(LIST, id, ADA);
    expect(await bus.dead(LIST, 10)).toEqual([]);
    expect(await store.readAll(0)).toMatchObject([
      { type: 'DEAD_LETTER_DROPPED', actor: ADA, data: { payload: '{"broken":true}' } },
    ]);
  });

  it('are one event although the move behind it failed and was asked for again', async () => {
    const { bus, store, id } = await setUp();
    let broken = true;
    const flaky = {
      ...bus,
      redrive: async (list: string, entry: string) => {
        if (broken) throw new Error('the bus is away');
        return bus.redrive(list, entry);
      },
    };
    const letters = createDeadLetters({
      store,
      bus: flaky,
      commit: createCommitDecision({ store, clock: systemClock }),
    });
    await expect(letters.redrive(LIST, id, ADA)).rejects.toThrow('the bus is away');
    broken = false;
    expect(await letters.redrive(LIST, id, ADA)).toMatchObject({ ok: true, value: { position: null } });
    expect(await store.head()).toBe(1);
    expect(await bus.dead(LIST, 10)).toEqual([]);
  });

  it('that are not there are refused, and nothing is written', async () => {
    const { store, letters } = await setUp();
    expect(await letters.drop(LIST, '1-1', ADA)).toMatchObject({ refusal: { code: 'DEAD_LETTER_UNKNOWN' } });
    expect(await store.head()).toBe(0);
  });
});

import { afterEach, beforeEach, expect } from '@jest/globals';
import { accept, refuse, type Clock, type Lifecycle } from '@rig/kernel';
import { eventually } from '@rig/testkit';
import type { ConsumeOptions, Delivery, StreamBus, Verdict } from '../stream-bus.js';

export interface Note {
  readonly n: number;
}

/** A fresh, empty bus on a given clock; `dispose` closes it. */
export type MakeBus = (clock: Clock | undefined) => Promise<{ readonly bus: StreamBus; dispose(): Promise<void> }>;

export const STREAM = 'rig:notes';
export const GROUP = 'readers';
export const ack: Verdict = { verdict: 'ack' };

const parse: ConsumeOptions<Note>['parse'] = (json) =>
  typeof json === 'object' && json !== null && 'n' in json && typeof json.n === 'number'
    ? accept({ n: json.n })
    : refuse({ code: 'NOTE_INVALID', message: 'n is not a number' });

type Handle = (delivery: Delivery<Note>) => Promise<Verdict>;

/** What the features of a bus are tried on; every test opens its own bus. */
export const createBench = (make: MakeBus) => {
  let made: Awaited<ReturnType<MakeBus>> | undefined;
  let started: Lifecycle[] = [];
  const bus = (): StreamBus => {
    if (made === undefined) throw new Error('The test has not opened its bus');
    return made.bus;
  };
  beforeEach(() => {
    started = [];
  });
  afterEach(async () => {
    await Promise.all(started.map((one) => one.stop()));
    await made?.dispose();
  });
  const numbers = async (): Promise<readonly [number, number]> => {
    const [group] = await bus().groups(STREAM);
    return [group?.pending ?? -1, group?.lag ?? -1];
  };
  return {
    get bus() {
      return bus();
    },
    open: async (clock?: Clock): Promise<void> => {
      made = await make(clock);
    },
    consume: async (handle: Handle, more: Partial<ConsumeOptions<Note>> = {}): Promise<Lifecycle> => {
      const options = { stream: STREAM, group: GROUP, consumer: 'pod-0', parse, handle, blockMs: 200 };
      const consumer = bus().consume<Note>({ ...options, ...more });
      await consumer.start();
      started.push(consumer);
      return consumer;
    },
    /** Pending entries and lag of the first group. */
    numbers,
    /** Resolves when everything is read and acknowledged. */
    settled: (): Promise<unknown> => eventually(async () => expect(await numbers()).toEqual([0, 0])),
  };
};

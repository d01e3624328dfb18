import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accept, refuse, RigError, type Clock, type Lifecycle } from '@rig/kernel';
import { deadStream } from '@rig/contracts';
import { eventually, fakeClock, testSignal, type FakeClock } from '@rig/testkit';
import type { ConsumeOptions, Delivery, StreamBus, Verdict } from './stream-bus.js';

interface Note {
  readonly n: number;
}

/** A fresh, empty bus on a given clock; `dispose` closes it. */
export type MakeBus = (clock: Clock | undefined) => Promise<{ readonly bus: StreamBus; dispose(): Promise<void> }>;

const STREAM = 'rig:notes';
const GROUP = 'readers';

const parse: ConsumeOptions<Note>['parse'] = (json) =>
  typeof json === 'object' && json !== null && 'n' in json && typeof json.n === 'number'
    ? accept({ n: json.n })
    : refuse({ code: 'NOTE_INVALID', message: 'n is not a number' });

const ack: Verdict = { verdict: 'ack' };

/** What every implementation of the stream bus does. */
export const streamBusFeatures = (name: string, make: MakeBus): void => {
  describe(`stream bus: ${name}`, () => {
    let bus: StreamBus;
    let dispose: () => Promise<void>;
    let started: Lifecycle[];

    const open = async (clock?: Clock): Promise<void> => {
      ({ bus, dispose } = await make(clock));
    };
    const consume = async (
      handle: (delivery: Delivery<Note>) => Promise<Verdict>,
      more: Partial<ConsumeOptions<Note>> = {},
    ): Promise<Lifecycle> => {
      const consumer = bus.consume<Note>({
        stream: STREAM,
        group: GROUP,
        consumer: 'pod-0',
        parse,
        handle,
        blockMs: 200,
        ...more,
      });
      await consumer.start();
      started.push(consumer);
      return consumer;
    };
    const numbers = async (): Promise<readonly [number, number]> => {
      const [group] = await bus.groups(STREAM);
      return [group?.pending ?? -1, group?.lag ?? -1];
    };
    const settled = (): Promise<unknown> => eventually(async () => expect(await numbers()).toEqual([0, 0]));

    beforeEach(() => {
      started = [];
    });
    afterEach(async () => {
      await Promise.all(started.map((one) => one.stop()));
      await dispose();
    });

    it('delivers in stream order and acknowledges', async () => {
      await open();
      const seen = testSignal<number>();
      await bus.publishMany(STREAM, [{ n: 1 }, { n: 2 }, { n: 3 }]);
      await consume(async ({ value, attempt }) => (seen.emit(value.n * 10 + attempt), ack));
      expect(await seen.take(3)).toEqual([11, 21, 31]);
      await bus.publish(STREAM, { n: 4 });
      expect(await seen.next()).toBe(41);
      await settled();
    });

    it('gives every group all entries, and each entry to one consumer of a group', async () => {
      await open();
      const mine = testSignal<number>();
      const others = testSignal<number>();
      const total = 200;
      const handle = async ({ value }: Delivery<Note>): Promise<Verdict> => (mine.emit(value.n), ack);
      await consume(handle, { batch: 5 });
      await consume(handle, { batch: 5, consumer: 'pod-1' });
      await consume(async ({ value }) => (others.emit(value.n), ack), { group: 'others' });
      await bus.publishMany(
        STREAM,
        Array.from({ length: total }, (_, n) => ({ n })),
      );
      const all = Array.from({ length: total }, (_, n) => n);
      expect((await mine.take(total)).sort((a, b) => a - b)).toEqual(all);
      expect(await others.take(total)).toEqual(all);
      await eventually(async () =>
        expect((await bus.groups(STREAM)).map(({ pending, lag }) => pending + lag)).toEqual([0, 0]),
      );
      expect([mine.count, others.count]).toEqual([total, total]);
    });

    it('tries again in place with a growing back-off, and neighbours flow on', async () => {
      const clock: FakeClock = fakeClock();
      await open(clock);
      const seen = testSignal<string>();
      await bus.publishMany(STREAM, [{ n: 1 }, { n: 2 }]);
      await consume(
        async ({ value, attempt }) => {
          seen.emit(`${value.n} try ${attempt} at ${clock.now() % 86_400_000}`);
          if (value.n === 1 && attempt < 3) throw new Error('not yet');
          return ack;
        },
        { retryBaseMs: 100 },
      );
      expect(await seen.take(2)).toEqual(['1 try 1 at 0', '2 try 1 at 0']);
      await eventually(async () => expect(await numbers()).toEqual([1, 0]));
      await clock.advance(99);
      expect(seen.count).toBe(2);
      await clock.advance(1);
      expect(await seen.next()).toBe('1 try 2 at 100');
      await clock.asleep();
      await eventually(async () => {
        await clock.advance(50);
        expect(seen.count).toBe(4);
      });
      const [, at] = /^1 try 3 at (\d+)$/.exec(await seen.next()) ?? [];
      expect(Number(at)).toBeGreaterThanOrEqual(300);
      await settled();
    });

    it('sends poison to the dead list with its reason after the last try', async () => {
      await open();
      const seen = testSignal<number>();
      await bus.publishMany(STREAM, [{ n: 1 }, { n: 2 }]);
      await consume(
        async ({ value, attempt }) => {
          if (value.n === 1) throw new Error(`boom ${attempt}`);
          seen.emit(value.n);
          return ack;
        },
        { maxTries: 3, retryBaseMs: 1 },
      );
      expect(await seen.next()).toBe(2);
      const list = deadStream(STREAM, GROUP);
      const [dead] = await eventually(async () => {
        const found = await bus.dead(list, 10);
        return found.length === 1 && found;
      });
      expect(dead).toMatchObject({ stream: STREAM, group: GROUP, reason: 'boom 3', tries: 3, json: '{"n":1}' });
      expect(await bus.deadLists()).toEqual([{ list, entries: 1 }]);
      await settled();
    });

    it('buries what does not parse and what fails terminally at once', async () => {
      await open();
      await bus.publishMany(STREAM, [{ n: 'one' }, { n: 2 }]);
      await consume(async () => {
        throw new RigError({ code: 'GONE', kind: 'terminal', message: 'no such thing' });
      });
      const reasons = await eventually(async () => {
        const found = await bus.dead(deadStream(STREAM, GROUP), 10);
        return found.length === 2 && found.map(({ reason, tries }) => `${reason} (${tries})`);
      });
      expect(reasons).toEqual(['NOTE_INVALID: n is not a number (1)', 'GONE: no such thing (1)']);
      await settled();
    });

    it('redrives a dead entry to its own group alone', async () => {
      await open();
      const seen = testSignal<string>();
      let broken = true;
      await consume(async ({ value, id, stream }) => {
        if (broken) return { verdict: 'dead', reason: 'broken' };
        seen.emit(`${stream} ${value.n} ${id.startsWith('redriven:')}`);
        return ack;
      });
      const others = testSignal<number>();
      await consume(async ({ value }) => (others.emit(value.n), ack), { group: 'others' });
      await bus.publish(STREAM, { n: 7 });
      const list = deadStream(STREAM, GROUP);
      const [dead] = await eventually(async () => {
        const found = await bus.dead(list, 1);
        return found.length === 1 && found;
      });
      broken = false;
      expect(await bus.redrive(list, dead?.id ?? '')).toBe(true);
      expect(await bus.redrive(list, dead?.id ?? '')).toBe(false);
      expect(await seen.next()).toBe(`${STREAM} 7 true`);
      await eventually(async () => expect(await bus.outstanding(STREAM, GROUP, 10)).toEqual([]));
      expect(others.count).toBe(1);
      expect(await bus.dead(list, 10)).toEqual([]);
    });

    it('drops a dead entry on request', async () => {
      await open();
      await consume(async () => ({ verdict: 'dead', reason: 'x' }));
      await bus.publish(STREAM, { n: 1 });
      const list = deadStream(STREAM, GROUP);
      const id = await eventually(async () => (await bus.dead(list, 1))[0]?.id ?? false);
      expect([await bus.dropDead(list, id), await bus.dropDead(list, id)]).toEqual([true, false]);
      expect(await bus.deadLists()).toEqual([]);
    });

    it('keeps a left entry pending, counts no try for it, and hands it to the next process', async () => {
      await open();
      const seen = testSignal<number>();
      const first = await consume(async ({ attempt }) => (seen.emit(attempt), { verdict: 'leave' }));
      const id = await bus.publish(STREAM, { n: 1 });
      expect(await seen.next()).toBe(1);
      await first.stop();
      expect(await bus.outstanding(STREAM, GROUP, 5)).toEqual([{ id, json: '{"n":1}' }]);
      await consume(async ({ attempt }) => (seen.emit(attempt), { verdict: 'leave' }));
      expect(await seen.next()).toBe(1);
      await bus.ack(STREAM, GROUP, id);
      await settled();
    });

    it('takes up what an earlier process of its name left, as a further try', async () => {
      await open();
      const seen = testSignal<number>();
      const hung = testSignal<AbortSignal>();
      const first = await consume(async ({ signal }) => {
        hung.emit(signal);
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
        throw new Error('stopped');
      });
      await bus.publishMany(STREAM, [{ n: 1 }, { n: 2 }]);
      await hung.next();
      await first.stop();
      expect(await numbers()).toEqual([2, 0]);
      await consume(async ({ value }) => (seen.emit(value.n), ack));
      expect(await seen.take(2)).toEqual([1, 2]);
      await settled();
    });

    it('takes over entries of a consumer that is gone', async () => {
      await open();
      const left = testSignal();
      const gone = await consume(async () => (left.emit(), { verdict: 'leave' }), { consumer: 'pod-9' });
      await bus.publish(STREAM, { n: 1 });
      await left.next();
      await gone.stop();
      const seen = testSignal<number>();
      await consume(async ({ value }) => (seen.emit(value.n), ack), { takeOverIdleMs: 50, blockMs: 20 });
      expect(await seen.next()).toBe(1);
      await settled();
    });

    it('waits without counting when a handler asks for a pause', async () => {
      await open();
      const seen = testSignal<number>();
      let pauses = 0;
      await consume(
        async ({ attempt }) => {
          seen.emit(attempt);
          return ++pauses < 5 ? { verdict: 'retry', reason: 'later', delayMs: 1, counted: false } : ack;
        },
        { maxTries: 2 },
      );
      await bus.publish(STREAM, { n: 1 });
      expect(await seen.take(5)).toEqual([1, 1, 1, 1, 1]);
      await settled();
    });

    it('relays by position, refuses a gap or a repetition, and writes offers before events', async () => {
      await open();
      const offers = 'rig:dev-e-1:tasks';
      const entry = (position: number, offer?: string) => ({
        position,
        json: `{"n":${position}}`,
        offers: offer === undefined ? [] : [{ stream: offers, json: offer }],
      });
      expect(await bus.relay(STREAM, 0, [entry(1), entry(2, '{"offer":2}')])).toEqual({ status: 'relayed' });
      expect(await bus.lastPosition(STREAM)).toBe(2);
      expect(await bus.relay(STREAM, 3, [entry(4)])).toEqual({ status: 'moved', last: 2 });
      expect(await bus.relay(STREAM, 0, [entry(1), entry(2, '{"offer":2}')])).toEqual({ status: 'moved', last: 2 });
      await bus.offerAgain(offers, 2, { offer: 'again' });
      expect(await bus.relay(STREAM, 2, [entry(3, '{"offer":3}')])).toEqual({ status: 'relayed' });
      const found = await bus.outstanding(offers, 'workers', 10);
      expect(found.map(({ json }) => json)).toEqual(['{"offer":2}', '{"offer":"again"}', '{"offer":3}']);
      expect([
        await bus.firstPosition(STREAM),
        await bus.firstPosition('rig:none'),
        await bus.lastPosition('rig:none'),
      ]).toEqual([1, undefined, 0]);
    });

    it('holds a lease for the newest fence and its owner', async () => {
      await open();
      const lease = { key: 'rig:lease:t', owner: 'pod-0/a', ttlMs: 60_000 };
      expect(await bus.renewLease({ ...lease, fence: 5 })).toBe(true);
      expect(await bus.renewLease({ ...lease, fence: 5, owner: 'pod-0/b' })).toBe(false);
      expect(await bus.renewLease({ ...lease, fence: 4 })).toBe(false);
      expect(await bus.renewLease({ ...lease, fence: 6, owner: 'pod-1/c' })).toBe(true);
      expect(await bus.readLease(lease.key)).toMatchObject({ fence: 6, owner: 'pod-1/c' });
      await bus.endLease(lease.key, 5);
      expect(await bus.readLease(lease.key)).toBeDefined();
      await bus.endLease(lease.key, 6);
      expect(await bus.readLease(lease.key)).toBeUndefined();
    });

    it('does not let a zombie renew with an entry that another consumer has', async () => {
      await open();
      const left = testSignal<string>();
      await consume(async ({ id }) => (left.emit(id), { verdict: 'leave' }));
      await bus.publish(STREAM, { n: 1 });
      const entry = { stream: STREAM, group: GROUP, id: await left.next() };
      const lease = { key: 'rig:lease:t', fence: 1, ttlMs: 60_000 };
      expect(await bus.renewLease({ ...lease, owner: 'pod-7/x', entry })).toBe(false);
      expect(await bus.readLease(lease.key)).toBeUndefined();
      expect(await bus.renewLease({ ...lease, owner: 'pod-0/x', entry })).toBe(true);
      await bus.ack(STREAM, GROUP, entry.id);
      expect(await bus.renewLease({ ...lease, owner: 'pod-0/x', entry })).toBe(true);
    });

    it('trims only what every group has acknowledged', async () => {
      await open();
      const left = testSignal<string>();
      await bus.ensureGroup(STREAM, 'slow');
      const consumer = await consume(
        async ({ id, value }) => (left.emit(id), value.n === 2 ? { verdict: 'leave' } : ack),
      );
      await bus.publishMany(STREAM, [{ n: 1 }, { n: 2 }, { n: 3 }]);
      await left.take(3);
      await consumer.stop();
      expect(await bus.trim(STREAM, 0)).toBe(0);
      await consume(async () => ack, { group: 'slow' });
      await eventually(async () => expect(await bus.trim(STREAM, 0)).toBe(1));
      const [open2] = await bus.outstanding(STREAM, GROUP, 5);
      expect(open2?.json).toBe('{"n":2}');
      await bus.ack(STREAM, GROUP, open2?.id ?? '');
      expect(await bus.trim(STREAM, 0)).toBe(2);
    });

    it('trims by age in spite of a dead group', async () => {
      await open();
      await bus.ensureGroup(STREAM, 'dead-group');
      await bus.publishMany(STREAM, [{ n: 1 }, { n: 2 }]);
      expect(await bus.trim(STREAM, 0)).toBe(0);
      expect(await bus.trim(STREAM, 0, 0)).toBe(2);
      expect(await bus.trim('rig:none', 0)).toBe(0);
    });

    it('knows who lives', async () => {
      await open();
      await bus.markAlive('conductor', 60_000);
      expect([await bus.alive('conductor'), await bus.alive('nobody'), await bus.ping()]).toEqual([true, false, true]);
    });
  });
};

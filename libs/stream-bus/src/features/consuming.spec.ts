import { describe, expect, it } from '@jest/globals';
import { eventually, testSignal } from '@rig/testkit';
import type { Delivery, Verdict } from '../stream-bus.js';
import { ack, GROUP, STREAM, createBench, type MakeBus, type Note } from './bench.spec.js';

export const consumingFeatures = (name: string, make: MakeBus): void => {
  describe(`consuming: ${name}`, () => {
    const bench = createBench(make);
    const { open, consume, numbers, settled } = bench;

    it('delivers in stream order and acknowledges', async () => {
      await open();
      const seen = testSignal<number>();
      await bench.bus.publishMany(STREAM, [{ n: 1 }, { n: 2 }, { n: 3 }]);
      await consume(async ({ value, attempt }) => (seen.emit(value.n * 10 + attempt), ack));
      expect(await seen.take(3)).toEqual([11, 21, 31]);
      await bench.bus.publish(STREAM, { n: 4 });
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
      await bench.bus.publishMany(
        STREAM,
        Array.from({ length: total }, (_, n) => ({ n })),
      );
      const all = Array.from({ length: total }, (_, n) => n);
      expect((await mine.take(total)).sort((a, b) => a - b)).toEqual(all);
      expect(await others.take(total)).toEqual(all);
      await eventually(async () =>
        expect((await bench.bus.groups(STREAM)).map(({ pending, lag }) => pending + lag)).toEqual([0, 0]),
      );
      expect([mine.count, others.count]).toEqual([total, total]);
    });

    it('without reading ahead leaves to others what it could not begin', async () => {
      await open();
      const seen = testSignal<string>();
      const release = new AbortController();
      const hold = async ({ value, consumer }: Delivery<Note>): Promise<Verdict> => {
        seen.emit(`${consumer} ${value.n}`);
        await new Promise((resolve) => release.signal.addEventListener('abort', resolve));
        return ack;
      };
      await consume(hold, { batch: 1, readAhead: false, consumer: 'pod-1' });
      await bench.bus.publishMany(STREAM, [{ n: 1 }, { n: 2 }]);
      expect(await seen.next()).toBe('pod-1 1');
      expect(await numbers()).toEqual([1, 1]);
      await consume(hold, { batch: 1, readAhead: false, consumer: 'pod-2' });
      expect(await seen.next()).toBe('pod-2 2');
      release.abort();
      await settled();
    });

    it('reads no more once it is told so, and leaves the rest on the stream', async () => {
      await open();
      const seen = testSignal<number>();
      let more = true;
      const once = async ({ value }: Delivery<Note>): Promise<Verdict> => {
        more = false;
        seen.emit(value.n);
        return ack;
      };
      await consume(once, { batch: 1, readAhead: false, more: () => more });
      await bench.bus.publishMany(STREAM, [{ n: 1 }, { n: 2 }]);
      expect(await seen.next()).toBe(1);
      await eventually(async () => expect(await numbers()).toEqual([0, 1]));
      const second = await consume(async ({ value }) => (seen.emit(value.n), ack), { consumer: 'pod-2' });
      expect(await seen.next()).toBe(2);
      await settled();
      await second.stop();
    });

    it('keeps a left entry pending, counts no try for it, and hands it to the next process', async () => {
      await open();
      const seen = testSignal<number>();
      const first = await consume(async ({ attempt }) => (seen.emit(attempt), { verdict: 'leave' }));
      const id = await bench.bus.publish(STREAM, { n: 1 });
      expect(await seen.next()).toBe(1);
      await first.stop();
      expect(await bench.bus.outstanding(STREAM, GROUP, 5)).toEqual([{ id, json: '{"n":1}' }]);
      await consume(async ({ attempt }) => (seen.emit(attempt), { verdict: 'leave' }));
      expect(await seen.next()).toBe(1);
      await bench.bus.ack(STREAM, GROUP, id);
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
      await bench.bus.publishMany(STREAM, [{ n: 1 }, { n: 2 }]);
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
      await bench.bus.publish(STREAM, { n: 1 });
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
      await bench.bus.publish(STREAM, { n: 1 });
      expect(await seen.take(5)).toEqual([1, 1, 1, 1, 1]);
      await settled();
    });
  });
};

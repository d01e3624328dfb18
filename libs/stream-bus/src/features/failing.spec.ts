import { describe, expect, it } from '@jest/globals';
import { deadStream } from '@rig/contracts';
import { RigError } from '@rig/kernel';
import { eventually, fakeClock, testSignal, type FakeClock } from '@rig/testkit';
import { ack, GROUP, STREAM, createBench, type MakeBus } from './bench.spec.js';

export const failingFeatures = (name: string, make: MakeBus): void => {
  describe(`failing entries: ${name}`, () => {
    const bench = createBench(make);
    const { open, consume, numbers, settled } = bench;

    it('tries again in place with a growing back-off, and neighbours flow on', async () => {
      const clock: FakeClock = fakeClock();
      await open(clock);
      const seen = testSignal<string>();
      await bench.bus.publishMany(STREAM, [{ n: 1 }, { n: 2 }]);
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
      await bench.bus.publishMany(STREAM, [{ n: 1 }, { n: 2 }]);
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
        const found = await bench.bus.dead(list, 10);
        return found.length === 1 && found;
      });
      expect(dead).toMatchObject({ stream: STREAM, group: GROUP, reason: 'boom 3', tries: 3, json: '{"n":1}' });
      expect(await bench.bus.deadLists()).toEqual([{ list, entries: 1 }]);
      await settled();
    });

    it('keeps an entry out of the dead list while what its service stands on is away', async () => {
      const clock: FakeClock = fakeClock();
      await open(clock);
      let tries = 0;
      await bench.bus.publishMany(STREAM, [{ n: 1 }]);
      await consume(
        async ({ attempt }) => {
          tries += 1;
          expect(attempt).toBe(1);
          if (tries < 5)
            throw new RigError({ code: 'DATABASE_UNAVAILABLE', kind: 'retryable', message: 'Postgres is away' });
          return ack;
        },
        { maxTries: 2 },
      );
      await eventually(async () => {
        await clock.advance(2_000);
        expect(tries).toBe(5);
      });
      await settled();
      expect(await bench.bus.deadLists()).toEqual([]);
    });

    it('buries what does not parse and what fails terminally at once', async () => {
      await open();
      await bench.bus.publishMany(STREAM, [{ n: 'one' }, { n: 2 }]);
      await consume(async () => {
        throw new RigError({ code: 'GONE', kind: 'terminal', message: 'no such thing' });
      });
      const reasons = await eventually(async () => {
        const found = await bench.bus.dead(deadStream(STREAM, GROUP), 10);
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
      await bench.bus.publish(STREAM, { n: 7 });
      const list = deadStream(STREAM, GROUP);
      const [dead] = await eventually(async () => {
        const found = await bench.bus.dead(list, 1);
        return found.length === 1 && found;
      });
      broken = false;
      expect(await bench.bus.redrive(list, dead?.id ?? '')).toBe(true);
      expect(await bench.bus.redrive(list, dead?.id ?? '')).toBe(false);
      expect(await seen.next()).toBe(`${STREAM} 7 true`);
      await eventually(async () => expect(await bench.bus.outstanding(STREAM, GROUP, 10)).toEqual([]));
      expect(others.count).toBe(1);
      expect(await bench.bus.dead(list, 10)).toEqual([]);
    });

    it('drops a dead entry on request', async () => {
      await open();
      await consume(async () => ({ verdict: 'dead', reason: 'x' }));
      await bench.bus.publish(STREAM, { n: 1 });
      const list = deadStream(STREAM, GROUP);
      const id = await eventually(async () => (await bench.bus.dead(list, 1))[0]?.id ?? false);
      expect(await bench.bus.deadEntry(list, id)).toMatchObject({ id, reason: 'x', tries: 1, json: '{"n":1}' });
      expect(await bench.bus.deadEntry(list, '1-1')).toBeUndefined();
      expect([await bench.bus.dropDead(list, id), await bench.bus.dropDead(list, id)]).toEqual([true, false]);
      expect(await bench.bus.deadLists()).toEqual([]);
    });
  });
};

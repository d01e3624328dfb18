import { describe, expect, it } from '@jest/globals';
import { eventually, testSignal } from '@rig/testkit';
import { ack, GROUP, STREAM, createBench, type MakeBus } from './bench.spec.js';

export const keepingFeatures = (name: string, make: MakeBus): void => {
  describe(`relay, leases and trimming: ${name}`, () => {
    const bench = createBench(make);
    const { open, consume } = bench;

    it('relays by position, refuses a gap or a repetition, and writes offers before events', async () => {
      await open();
      const offers = 'rig:dev-e-1:tasks';
      const entry = (position: number, offer?: string) => ({
        position,
        json: `{"n":${position}}`,
        offers: offer === undefined ? [] : [{ stream: offers, json: offer }],
      });
      expect(await bench.bus.relay(STREAM, 0, [entry(1), entry(2, '{"offer":2}')])).toEqual({ status: 'relayed' });
      expect(await bench.bus.lastPosition(STREAM)).toBe(2);
      expect(await bench.bus.relay(STREAM, 3, [entry(4)])).toEqual({ status: 'moved', last: 2 });
      expect(await bench.bus.relay(STREAM, 0, [entry(1), entry(2, '{"offer":2}')])).toEqual({
        status: 'moved',
        last: 2,
      });
      await bench.bus.offerAgain(offers, 2, { offer: 'again' });
      expect(await bench.bus.relay(STREAM, 2, [entry(3, '{"offer":3}')])).toEqual({ status: 'relayed' });
      const found = await bench.bus.outstanding(offers, 'workers', 10);
      expect(found.map(({ json }) => json)).toEqual(['{"offer":2}', '{"offer":"again"}', '{"offer":3}']);
      expect([
        await bench.bus.firstPosition(STREAM),
        await bench.bus.firstPosition('rig:none'),
        await bench.bus.lastPosition('rig:none'),
      ]).toEqual([1, undefined, 0]);
    });

    it('holds a lease for the newest fence and its owner', async () => {
      await open();
      const lease = { key: 'rig:lease:t', owner: 'pod-0/a', ttlMs: 60_000 };
      expect(await bench.bus.renewLease({ ...lease, fence: 5 })).toBe(true);
      expect(await bench.bus.renewLease({ ...lease, fence: 5, owner: 'pod-0/b' })).toBe(false);
      expect(await bench.bus.renewLease({ ...lease, fence: 4 })).toBe(false);
      expect(await bench.bus.renewLease({ ...lease, fence: 6, owner: 'pod-1/c' })).toBe(true);
      expect(await bench.bus.readLease(lease.key)).toMatchObject({ fence: 6, owner: 'pod-1/c' });
      await bench.bus.endLease(lease.key, 5);
      expect(await bench.bus.readLease(lease.key)).toBeDefined();
      await bench.bus.endLease(lease.key, 6);
      expect(await bench.bus.readLease(lease.key)).toBeUndefined();
    });

    it('tells who claimed a name before, while that is somebody else', async () => {
      await open();
      const claim = (owner: string) => bench.bus.claimName('rig:name:gateway:gateway-0', owner, 60_000);
      expect([await claim('a'), await claim('a'), await claim('b'), await claim('b'), await claim('a')]).toEqual([
        undefined,
        undefined,
        'a',
        undefined,
        'b',
      ]);
    });

    it('does not let a zombie renew with an entry that another consumer has', async () => {
      await open();
      const left = testSignal<string>();
      await consume(async ({ id }) => (left.emit(id), { verdict: 'leave' }));
      await bench.bus.publish(STREAM, { n: 1 });
      const entry = { stream: STREAM, group: GROUP, id: await left.next() };
      const lease = { key: 'rig:lease:t', fence: 1, ttlMs: 60_000 };
      expect(await bench.bus.renewLease({ ...lease, owner: 'pod-7/x', entry })).toBe(false);
      expect(await bench.bus.readLease(lease.key)).toBeUndefined();
      expect(await bench.bus.renewLease({ ...lease, owner: 'pod-0/x', entry })).toBe(true);
      await bench.bus.ack(STREAM, GROUP, entry.id);
      expect(await bench.bus.renewLease({ ...lease, owner: 'pod-0/x', entry })).toBe(true);
    });

    it('trims only what every group has acknowledged', async () => {
      await open();
      const left = testSignal<string>();
      await bench.bus.ensureGroup(STREAM, 'slow');
      const consumer = await consume(
        async ({ id, value }) => (left.emit(id), value.n === 2 ? { verdict: 'leave' } : ack),
      );
      await bench.bus.publishMany(STREAM, [{ n: 1 }, { n: 2 }, { n: 3 }]);
      await left.take(3);
      await consumer.stop();
      expect(await bench.bus.trim(STREAM, 0)).toBe(0);
      await consume(async () => ack, { group: 'slow' });
      await eventually(async () => expect(await bench.bus.trim(STREAM, 0)).toBe(1));
      const [open2] = await bench.bus.outstanding(STREAM, GROUP, 5);
      expect(open2?.json).toBe('{"n":2}');
      await bench.bus.ack(STREAM, GROUP, open2?.id ?? '');
      expect(await bench.bus.trim(STREAM, 0)).toBe(2);
    });

    it('trims by age in spite of a dead group', async () => {
      await open();
      await bench.bus.ensureGroup(STREAM, 'dead-group');
      await bench.bus.publishMany(STREAM, [{ n: 1 }, { n: 2 }]);
      expect(await bench.bus.trim(STREAM, 0)).toBe(0);
      expect(await bench.bus.trim(STREAM, 0, 0)).toBe(2);
      expect(await bench.bus.trim('rig:none', 0)).toBe(0);
    });

    it('knows who lives', async () => {
      await open();
      await bench.bus.markAlive('conductor', 60_000);
      expect([await bench.bus.alive('conductor'), await bench.bus.alive('nobody'), await bench.bus.ping()]).toEqual([
        true,
        false,
        true,
      ]);
    });
  });
};

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { accept, refuse, silentLogger, type Lifecycle } from '@rig/kernel';
import { eventually, startValkey, testSignal, type EmbeddedServer } from '@rig/testkit';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConsumeOptions, Delivery, StreamBus, Verdict } from '../stream-bus.js';
import { createValkeyStreamBus } from './valkey-stream-bus.js';

// These tests break the server, so they have one of their own.
const STREAM = 'rig:facts';
const GROUP = 'conductor';

let server: EmbeddedServer;
let dataDir: string;
let admin: Redis;
let bus: StreamBus;
let started: Lifecycle[];

const parse = (json: unknown) =>
  typeof json === 'number' ? accept(json) : refuse({ code: 'NOT_A_NUMBER', message: 'not a number' });
const connect = (url: string): StreamBus =>
  createValkeyStreamBus({ url, logger: silentLogger, connectionName: 'faults' });

const consume = async (
  handle: (delivery: Delivery<number>) => Promise<Verdict>,
  more: Partial<ConsumeOptions<number>> = {},
): Promise<Lifecycle> => {
  const options = { stream: STREAM, group: GROUP, consumer: 'pod-0', parse, handle, blockMs: 500, retryBaseMs: 5 };
  const consumer = bus.consume<number>({ ...options, ...more });
  await consumer.start();
  started.push(consumer);
  return consumer;
};

/** Connections that wait in XREADGROUP. */
const blocked = async (): Promise<readonly string[]> => {
  const list = String(await admin.call('CLIENT', 'LIST'));
  return list.split('\n').filter((line) => line.includes('cmd=xreadgroup') && / flags=\w*b/.test(line));
};
const idOf = (line: string): string => /id=(\d+)/.exec(line)?.[1] ?? '';
const settled = (): Promise<unknown> =>
  eventually(async () => {
    const [group] = await bus.groups(STREAM);
    expect([group?.pending, group?.lag]).toEqual([0, 0]);
  });

/** A way to the server that can be cut and mended again under the same address. */
const cuttable = async (to: string): Promise<{ readonly url: string; cut(): Promise<void>; mend(): Promise<void> }> => {
  const sockets = new Set<Socket>();
  const target = { host: new URL(to).hostname, port: Number(new URL(to).port) };
  const proxy = createServer((near) => {
    const far = createConnection(target);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    near.pipe(far).pipe(near);
  });
  const mend = async (port = 0): Promise<void> => {
    proxy.listen(port, '127.0.0.1');
    await once(proxy, 'listening');
  };
  await mend();
  const address = proxy.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cut = async (): Promise<void> => {
    const closed = once(proxy, 'close');
    proxy.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const url = new URL(to);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return { url: url.href, cut, mend: () => mend(port) };
};

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rig-bus-'));
  server = await startValkey({ dataDir });
  admin = new Redis(server.url);
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  started = [];
  await admin.flushall();
  bus = connect(server.url);
});
afterEach(async () => {
  await Promise.all(started.map((one) => one.stop()));
  await bus.close();
});

describe('a consumer whose Valkey misbehaves', () => {
  it('goes on after CLIENT KILL in mid-block', async () => {
    const seen = testSignal<number>();
    await consume(async ({ value }) => (seen.emit(value), { verdict: 'ack' }));
    for (const n of [1, 2, 3]) {
      const [line = ''] = await eventually(async () => {
        const found = await blocked();
        return found.length === 1 && found;
      });
      await admin.call('CLIENT', 'KILL', 'ID', idOf(line));
      await bus.publish(STREAM, n);
      expect(await seen.next()).toBe(n);
    }
    await settled();
    expect(seen.count).toBe(3);
  });

  it('takes up entries whose delivery was lost on the way', async () => {
    const seen = testSignal<string>();
    await consume(async ({ value, attempt }) => (seen.emit(`${value}/${attempt}`), { verdict: 'ack' }));
    await eventually(async () => expect(await blocked()).toHaveLength(1));
    // What the server does when a reply is lost: the entry is delivered to this consumer, and it never hears of it.
    await admin
      .multi()
      .xadd(STREAM, '*', 'json', '42')
      .call('XREADGROUP', 'GROUP', GROUP, 'pod-0', 'STREAMS', STREAM, '>')
      .exec();
    const [line = ''] = await eventually(async () => {
      const found = await blocked();
      return found.length === 1 && found;
    });
    expect(seen.count).toBe(0);
    await admin.call('CLIENT', 'KILL', 'ID', idOf(line));
    expect(await seen.next()).toBe('42/2');
    await settled();
  });

  it('goes on after FLUSHALL, its group made anew from 0', async () => {
    const seen = testSignal<number>();
    await consume(async ({ value }) => (seen.emit(value), { verdict: 'ack' }));
    await bus.publish(STREAM, 1);
    expect(await seen.next()).toBe(1);
    await admin.flushall();
    await bus.publish(STREAM, 2);
    await bus.publish(STREAM, 3);
    expect(await seen.take(2)).toEqual([2, 3]);
    await settled();
  });

  it('is not stuck when the store is wiped while an entry is in its hands', async () => {
    const seen = testSignal<number>();
    await consume(async ({ value }) => {
      seen.emit(value);
      if (value === 1) await admin.flushall();
      return value === 1 ? { verdict: 'dead', reason: 'wiped' } : { verdict: 'ack' };
    });
    await bus.publishMany(STREAM, [1]);
    expect(await seen.next()).toBe(1);
    await bus.publish(STREAM, 2);
    expect(await seen.next()).toBe(2);
    await settled();
  });

  it('runs its scripts on a server that forgot them', async () => {
    await admin.call('SCRIPT', 'FLUSH');
    expect(await bus.relay('rig:events', 0, [{ position: 1, json: '{}', offers: [] }])).toEqual({ status: 'relayed' });
  });

  it('stops a relay at the first refusal and loses nothing', async () => {
    const entry = (position: number) => ({ position, json: `${position}`, offers: [] });
    await bus.relay('rig:events', 0, [entry(1)]);
    await expect(bus.relay('rig:events', 1, [entry(2), entry(2), entry(3)])).rejects.toMatchObject({
      code: 'BUS_REFUSED',
    });
    expect(await bus.lastPosition('rig:events')).toBe(2);
    expect(await bus.relay('rig:events', 2, [entry(3)])).toEqual({ status: 'relayed' });
  });

  it('does not write an offer twice when its event was refused the first time', async () => {
    const offer = { stream: 'rig:dev-e-1:tasks', json: '{"task":1}' };
    await admin.xadd(offer.stream, '7-1', 'json', offer.json);
    await bus.relay('rig:events', 0, [{ position: 7, json: '{}', offers: [offer] }]);
    expect(await bus.outstanding(offer.stream, 'workers', 9)).toHaveLength(1);
  });

  it('handles each entry once while consumers are killed at random', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 8 }), async (kills) => {
        await admin.flushall();
        const acked = new Map<number, number>();
        const handle = async ({ value }: Delivery<number>): Promise<Verdict> => {
          acked.set(value, (acked.get(value) ?? 0) + 1);
          return { verdict: 'ack' };
        };
        const pods = await Promise.all(
          ['pod-1', 'pod-2'].map((consumer) => consume(handle, { consumer, batch: 3, blockMs: 50 })),
        );
        for (const [step, victims] of kills.entries()) {
          await bus.publishMany(
            STREAM,
            Array.from({ length: 5 }, (_, n) => step * 5 + n),
          );
          const lines = await blocked();
          for (const line of lines.slice(0, victims)) await admin.call('CLIENT', 'KILL', 'ID', idOf(line));
        }
        await settled();
        await Promise.all(pods.map((pod) => pod.stop()));
        expect([...acked.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: kills.length * 5 }, (_, n) => n));
        expect(Math.max(...acked.values())).toBe(1);
      }),
      { numRuns: 5 },
    );
  });
});

describe('a bus whose Valkey is gone', () => {
  it('refuses quickly with a retryable error, and goes on once it is back', async () => {
    const line = await cuttable(server.url);
    const own = connect(line.url);
    const seen = testSignal<number>();
    const handle = async ({ value }: Delivery<number>): Promise<Verdict> => (seen.emit(value), { verdict: 'ack' });
    const consumer = own.consume({ stream: STREAM, group: GROUP, consumer: 'pod-0', parse, handle });
    await consumer.start();
    await own.publish(STREAM, 1);
    expect(await seen.next()).toBe(1);
    await line.cut();
    const before = performance.now();
    await expect(own.publish(STREAM, 2)).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE', kind: 'retryable' });
    expect(performance.now() - before).toBeLessThan(4_000);
    expect(await own.ping()).toBe(false);
    await line.mend();
    await eventually(() => own.publish(STREAM, 3));
    expect(await seen.next()).toBe(3);
    await consumer.stop();
    await own.close();
    await line.cut();
  });

  it('lets a consumer start, wait and stop without it', async () => {
    const own = connect('redis://127.0.0.1:1');
    const handle = async (): Promise<Verdict> => ({ verdict: 'ack' });
    const consumer = own.consume({ stream: STREAM, group: GROUP, consumer: 'pod-0', parse, handle });
    await consumer.start();
    await consumer.stop();
    await own.close();
  });
});

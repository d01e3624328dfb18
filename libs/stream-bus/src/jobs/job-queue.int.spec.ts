import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accept, refuse, RigError, silentLogger, type Lifecycle } from '@rig/kernel';
import { createFaultProxy, eventually, testSignal, testValkey, type TestValkey } from '@rig/testkit';
import { createJobQueue, createJobWorker, type JobQueue, type JobWorkerOptions } from './job-queue.js';

let valkey: TestValkey;
let queue: JobQueue<string>;
let workers: Lifecycle[];

const work = async (handle: JobWorkerOptions<string>['handle'], more: Partial<JobWorkerOptions<string>> = {}) => {
  const parse = (data: unknown) =>
    typeof data === 'string' ? accept(data) : refuse({ code: 'BAD', message: 'not text' });
  const worker = createJobWorker<string>({
    url: valkey.url,
    logger: silentLogger,
    name: 'outbound',
    parse,
    handle,
    ...more,
  });
  await worker.start();
  workers.push(worker);
};

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

beforeEach(async () => {
  workers = [];
  valkey = await testValkey();
  queue = createJobQueue({ url: valkey.url, logger: silentLogger, name: 'outbound', attempts: 3, backoffMs: 1 });
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await queue.close();
  await valkey.close();
});

describe('jobs', () => {
  it('run once for each id, however often they are added', async () => {
    const seen = testSignal<string>();
    await queue.add('event-1', 'merge');
    await queue.add('event-1', 'merge');
    await work(async ({ id, data }) => seen.emit(`${id} ${data}`));
    expect(await seen.next()).toBe('event-1 merge');
    await eventually(async () => expect(await queue.open()).toBe(0));
    await queue.add('event-1', 'merge');
    expect(await queue.open()).toBe(0);
    expect(seen.count).toBe(1);
  });

  it('are tried again, and reported when they fail for good', async () => {
    const tries = testSignal<number>();
    const failed = testSignal<string>();
    await work(
      async ({ attempt }) => {
        tries.emit(attempt);
        throw new Error('forge is away');
      },
      { onFailed: ({ id, reason }) => failed.emit(`${id}: ${reason}`) },
    );
    await queue.add('event-2', 'label');
    expect(await failed.next()).toBe('event-2: forge is away');
    expect(await tries.take(3)).toEqual([1, 2, 3]);
  });

  it('are given up at once on a terminal error', async () => {
    const failed = testSignal<string>();
    let tries = 0;
    await work(
      async () => {
        tries += 1;
        throw new RigError({ code: 'NO_SUCH_PULL', kind: 'terminal', message: 'gone' });
      },
      { onFailed: ({ reason }) => failed.emit(reason) },
    );
    await queue.add('event-3', 'merge');
    expect(await failed.next()).toBe('NO_SUCH_PULL: gone');
    expect(tries).toBe(1);
  });

  it('go to another worker when the one that had them is cut off', async () => {
    const url = new URL(valkey.url);
    const proxy = await createFaultProxy({ targetPort: Number(url.port) });
    url.port = String(proxy.port);
    const [lost, taken] = [testSignal<string>(), testSignal<string>()];
    const forever = new Promise<void>(() => undefined);
    await work(({ id, signal }) => (lost.emit(id), Promise.race([forever, whenAborted(signal)])), {
      url: url.href,
      lockMs: 600,
    });
    await queue.add('event-9', 'merge');
    expect(await lost.next()).toBe('event-9');
    proxy.partition();
    await work(async ({ id }) => taken.emit(id), { lockMs: 600 });
    expect(await taken.next()).toBe('event-9');
    proxy.heal();
    await Promise.all(workers.map((worker) => worker.stop()));
    await proxy.close();
  });

  it('have a deadline', async () => {
    const failed = testSignal<string>();
    await work(
      ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
      {
        deadlineMs: 20,
        onFailed: ({ reason }) => failed.emit(reason),
      },
    );
    await queue.add('event-4', 'merge');
    expect(await failed.next()).toContain('took longer than 20 ms');
  });

  it('refuse a queue name with a colon', () => {
    expect(() => createJobQueue({ url: valkey.url, logger: silentLogger, name: 'rig:x' })).toThrow('contains a colon');
  });
});

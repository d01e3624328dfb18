import { messageOf, type Clock, type Lifecycle } from '@rig/kernel';
import type { App, Delivery } from '../../core/model.js';
import { githubTime } from '../../core/time.js';
import type { World } from '../../core/world.js';
import { unpack } from '../secrets.js';
import { deliveryHeaders } from './delivery-headers.js';

export interface DelivererOptions {
  readonly world: World;
  readonly clock: Clock;
  /** Milliseconds that a receiver has for its answer; GitHub gives 10 s. */
  readonly timeoutMs?: number;
}

export interface Deliverer extends Lifecycle {
  /** Something new is to be sent. */
  wake(): void;
  /** Resolves once everything that waits now was tried. */
  idle(): Promise<void>;
}

interface Outcome {
  readonly status: string;
  readonly statusCode: number;
  readonly responseBody: string;
}

const attempt = async (app: App, row: Delivery, timeoutMs: number, stop: AbortSignal): Promise<Outcome> => {
  const body = unpack(row.body);
  try {
    const response = await fetch(app.hook?.url ?? '', {
      method: 'POST',
      headers: deliveryHeaders(app, row, body),
      body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), stop]),
    });
    const text = (await response.text()).slice(0, 2000);
    const status = response.ok ? 'OK' : `Invalid HTTP Response: ${response.status}`;
    return { status, statusCode: response.status, responseBody: text };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    const status = timedOut ? 'timed out' : 'failed to connect to host';
    return { status, statusCode: timedOut ? 504 : 502, responseBody: messageOf(error) };
  }
};

const sendOne = async (
  { world, clock, timeoutMs = 10_000 }: DelivererOptions,
  app: App,
  row: Delivery,
  stop: AbortSignal,
): Promise<void> => {
  const begun = clock.now();
  const outcome = await attempt(app, row, timeoutMs, stop);
  // Stopped in the middle: it stays pending and is sent at the next start.
  if (stop.aborted && outcome.statusCode >= 500) return;
  const ended = clock.now();
  const duration = Math.round((ended - begun) / 10) / 100;
  world.deliveries.put({ ...row, ...outcome, deliveredAt: githubTime(ended), duration });
};

/** Sends deliveries, each hook's in order and one at a time, each once: whoever missed one asks for it again. */
export const createDeliverer = (options: DelivererOptions): Deliverer => {
  const { world } = options;
  const queues = new Map<number, number[]>();
  const running = new Map<number, Promise<void>>();
  let stopping: AbortController | undefined;
  let seen = 0;

  const drain = async (appId: number, stop: AbortSignal): Promise<void> => {
    const queue = queues.get(appId) ?? [];
    for (let id = queue.shift(); id !== undefined && !stop.aborted; id = queue.shift()) {
      const [app, row] = [world.apps.get(appId), world.deliveries.get(id)];
      if (app !== undefined && app.hook !== null && row !== undefined) await sendOne(options, app, row, stop);
    }
    running.delete(appId);
  };

  const collect = (): void => {
    const fresh = world.deliveries.where((row) => row.id > seen && row.deliveredAt === null);
    for (const row of fresh.sort((a, b) => a.id - b.id)) {
      seen = Math.max(seen, row.id);
      const queue = queues.get(row.appId) ?? [];
      queue.push(row.id);
      queues.set(row.appId, queue);
    }
  };

  const wake = (): void => {
    if (stopping === undefined || stopping.signal.aborted) return;
    collect();
    for (const [appId, queue] of queues) {
      if (queue.length > 0 && !running.has(appId)) running.set(appId, drain(appId, stopping.signal));
    }
  };

  return {
    wake,
    start: async () => {
      if (stopping !== undefined) return;
      stopping = new AbortController();
      wake();
    },
    stop: async () => {
      stopping?.abort();
      await Promise.all(running.values());
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running.values());
    },
  };
};

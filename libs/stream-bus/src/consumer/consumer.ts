import { backoff, messageOf, type Lifecycle } from '@rig/kernel';
import type { ConsumeOptions } from '../stream-bus.js';
import { RECONNECT, type ConsumerContext, type ConsumerDeps } from './context.js';
import type { RawEntry } from './entry-source.js';
import { handleEntry } from './handle-entry.js';
import { recover } from './recover.js';
import { createSettler, type Settler } from './settle.js';
import { createTaskPool, type TaskPool } from './task-pool.js';

export interface Consumer extends Lifecycle {
  /** The entry was acknowledged by someone else (the handler left it and settled it later). */
  forget(id: string): void;
}

/** Entries waiting for their next try at once; at this number reading pauses, which bounds memory. */
const MAX_WAITING = 1_000;
const BATCH = 64;
const BLOCK_MS = 2_000;

interface Loop<T> {
  readonly context: ConsumerContext<T>;
  readonly settler: Settler;
  readonly pool: TaskPool<RawEntry>;
}

const createTakeOver = <T>({ options, clock, source, take }: ConsumerContext<T>): (() => Promise<void>) => {
  let due = 0;
  return async () => {
    const idleMs = options.takeOverIdleMs;
    if (idleMs === undefined || clock.now() < due) return;
    due = clock.now() + Math.max(idleMs / 2, 50);
    for (const entry of await source.takeOver(idleMs, options.batch ?? BATCH)) take(entry);
  };
};

/** Read, hand over, recover; until the consumer stops. */
const run = async <T>({ context, settler, pool }: Loop<T>): Promise<void> => {
  const { options, clock, signal, source, logger, fields, take } = context;
  const { batch = BATCH, blockMs = BLOCK_MS } = options;
  const takeOver = createTakeOver(context);
  const room = async (): Promise<void> => {
    await pool.room();
    while (settler.waiting >= MAX_WAITING && !signal.aborted) await clock.sleep(100, signal);
  };
  let healthy = false;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (!healthy) await recover(context, settler, room);
      healthy = true;
      // Room is asked for before each: what another consumer left must not be kept behind work either.
      await room();
      if (options.more?.() === false) return;
      await takeOver();
      await room();
      if (signal.aborted) return;
      for (const entry of await source.read(batch, blockMs)) take(entry);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      healthy = false;
      logger.log('warn', 'a consumer lost the bus; it recovers', { ...fields, error: messageOf(error) });
      await clock.sleep(backoff(failures++, RECONNECT), signal);
    }
  }
};

/** Resolves when the loop, the handlers and the acknowledgements have ended; what was not begun stays pending. */
const end = async <T>({ context, settler, pool }: Loop<T>, running: Promise<void> | undefined): Promise<void> => {
  const { source, logger, fields } = context;
  await source.interrupt().catch(() => undefined);
  const handlers = pool.stop();
  await running;
  await handlers;
  await settler.flush().catch((error: unknown) => {
    logger.log('warn', 'acknowledgements were lost; their entries come again', { ...fields, error: messageOf(error) });
  });
  await source.close();
};

const createLoop = <T>(options: ConsumeOptions<T>, deps: ConsumerDeps, signal: AbortSignal): Loop<T> => {
  const work = (entry: RawEntry): Promise<void> => handleEntry(context, settler, entry);
  const pool = createTaskPool<RawEntry>(options.concurrency ?? 1, work, options.readAhead);
  const { stream, group, consumer } = options;
  const context: ConsumerContext<T> = {
    ...deps,
    options,
    signal,
    fields: { stream, group, consumer },
    held: new Set(),
    left: new Set(),
    take: (entry) => {
      if (context.held.has(entry.id)) return;
      context.held.add(entry.id);
      if (context.left.size > 0) context.left.delete(entry.id);
      pool.add(entry);
    },
  };
  const settler = createSettler(context);
  return { context, settler, pool };
};

/** The loop that every store shares: read, hand over, settle, try again in place, recover. */
export const createConsumer = <T>(options: ConsumeOptions<T>, deps: ConsumerDeps): Consumer => {
  const stopping = new AbortController();
  const loop = createLoop(options, deps, stopping.signal);
  let running: Promise<void> | undefined;
  let ending: Promise<void> | undefined;
  return {
    forget: (id) => loop.context.left.delete(id),
    start: async () => {
      if (running !== undefined || stopping.signal.aborted) return;
      running = Promise.resolve();
      await deps.source.prepare().catch((error: unknown) => {
        deps.logger.log('warn', 'a consumer starts without the bus; it waits for it', {
          ...loop.context.fields,
          error: messageOf(error),
        });
      });
      running = run(loop);
    },
    stop: () => {
      stopping.abort();
      return (ending ??= end(loop, running));
    },
  };
};

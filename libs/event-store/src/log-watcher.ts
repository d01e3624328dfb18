import { backoff, messageOf, type Clock, type Logger } from '@rig/kernel';
import type { SqlClient, SqlPool } from './pool.js';

export interface LogWatcher {
  watch(onAppend: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface LogWatcherOptions {
  readonly pool: SqlPool;
  readonly schema: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Resolves when the connection breaks or `signal` aborts. */
const untilBroken = (client: SqlClient, signal: AbortSignal): Promise<Error | undefined> =>
  new Promise((resolve) => {
    const done = (error?: Error): void => {
      client.off('error', done);
      client.off('end', onEnd);
      signal.removeEventListener('abort', onAbort);
      resolve(error);
    };
    const onEnd = (): void => done(new Error('the connection ended'));
    const onAbort = (): void => done();
    client.on('error', done);
    client.on('end', onEnd);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) done();
  });

/**
 * Listens on `<schema>_events` over one connection of the pool, while someone watches. After a broken connection it
 * listens again (200 ms · 2ⁿ, at most 5 s) and wakes everyone, since what was notified meanwhile is lost.
 */
export const createLogWatcher = ({ pool, schema, clock, logger }: LogWatcherOptions): LogWatcher => {
  const watchers = new Set<() => void>();
  let stopping: AbortController | undefined;
  let running: Promise<void> | undefined;

  const wakeAll = (): void => {
    for (const watcher of watchers) watcher();
  };

  const listenOnce = async (signal: AbortSignal, onListening: () => void): Promise<Error | undefined> => {
    const client = await pool.connect();
    const broken = untilBroken(client, signal);
    client.on('notification', wakeAll);
    let error: Error | undefined;
    try {
      await client.query(`listen ${schema}_events`);
      onListening();
      wakeAll();
      error = await broken;
      return error;
    } finally {
      client.off('notification', wakeAll);
      // Never back into the pool: it still listens.
      client.release(true);
    }
  };

  const run = async (signal: AbortSignal, onFirst: () => void): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const error = await listenOnce(signal, () => {
          failures = 0;
          onFirst();
        });
        if (error !== undefined) logger.log('warn', 'listening for appends broke off', { error: error.message });
      } catch (error) {
        logger.log('warn', 'cannot listen for appends', { error: messageOf(error) });
        // The watcher polls meanwhile.
        onFirst();
      }
      if (!signal.aborted) await clock.sleep(backoff(failures++, { baseMs: 200, maxMs: 5_000 }), signal);
    }
  };

  const stop = async (): Promise<void> => {
    stopping?.abort();
    await running;
    running = undefined;
  };

  return {
    watch: async (onAppend) => {
      const watcher = (): void => onAppend();
      watchers.add(watcher);
      if (running === undefined) {
        const control = new AbortController();
        stopping = control;
        await new Promise<void>((resolve) => {
          running = run(control.signal, resolve);
        });
      }
      return async () => {
        watchers.delete(watcher);
        if (watchers.size === 0) await stop();
      };
    },
    close: async () => {
      watchers.clear();
      await stop();
    },
  };
};

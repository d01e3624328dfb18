import { backoff, messageOf, type Clock, type Logger } from '@rig/kernel';
import type { SqlClient, SqlPool } from './pool.js';

/** A listener only waits, so it asks now and then whether the other side is still there, in milliseconds. */
const BEAT_MS = 10_000;

export interface LogWatcher {
  watch(onAppend: () => void): Promise<() => Promise<void>>;
  /** Tells of positions that the log has reached, as long as somebody watches; undefined: it may have reached any. */
  onHead(told: (head: number | undefined) => void): void;
  /** Wakes those who watch in this process: what it appended itself need not come back through the database. */
  wake(): void;
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

/** Resolves when the peer owes an answer for too long: a connection may be half-open and nobody says so. */
const untilSilent = async (client: SqlClient, clock: Clock, signal: AbortSignal): Promise<Error | undefined> => {
  for (;;) {
    await clock.sleep(BEAT_MS, signal);
    if (signal.aborted) return undefined;
    try {
      await client.query('select 1');
    } catch (error) {
      return error instanceof Error ? error : new Error(messageOf(error));
    }
  }
};

const createListener = (
  { pool, schema, clock, logger }: LogWatcherOptions,
  wakeAll: (head: number | undefined) => void,
) => {
  const onNotification = ({ payload }: { payload?: string | undefined }): void => wakeAll(Number(payload));
  const listenOnce = async (ending: AbortSignal, onListening: () => void): Promise<Error | undefined> => {
    const client = await pool.connect();
    const over = new AbortController();
    const signal = AbortSignal.any([ending, over.signal]);
    const broken = untilBroken(client, signal);
    client.on('notification', onNotification);
    // Whatever else breaks once it is given up must not end the process.
    client.on('error', () => undefined);
    try {
      await client.query(`listen ${schema}_events`);
      onListening();
      // What was notified while nobody listened is lost.
      wakeAll(undefined);
      return await Promise.race([broken, untilSilent(client, clock, signal)]);
    } finally {
      over.abort();
      client.off('notification', onNotification);
      // Never back into the pool: it still listens.
      client.release(true);
    }
  };

  /** Listens until `signal` aborts. `onFirst` is told when it does, or cannot: the watcher polls anyway. */
  return async (signal: AbortSignal, onFirst: () => void): Promise<void> => {
    let failures = 0;
    const onListening = (): void => {
      failures = 0;
      onFirst();
    };
    while (!signal.aborted) {
      try {
        const error = await listenOnce(signal, onListening);
        if (error !== undefined) logger.log('warn', 'listening for appends broke off', { error: error.message });
      } catch (error) {
        logger.log('warn', 'cannot listen for appends', { error: messageOf(error) });
        onFirst();
      }
      if (!signal.aborted) await clock.sleep(backoff(failures++, { baseMs: 200, maxMs: 5_000 }), signal);
    }
  };
};

/**
 * Listens on `<schema>_events` over one connection of the pool, while someone watches. After a broken connection it
 * listens again (200 ms · 2ⁿ, at most 5 s) and wakes everyone.
 */
export const createLogWatcher = (options: LogWatcherOptions): LogWatcher => {
  const watchers = new Set<() => void>();
  const wake = (): void => {
    for (const watcher of watchers) watcher();
  };
  let onHead: (head: number | undefined) => void = () => undefined;
  const listen = createListener(options, (head) => {
    // Behind a broken connection anything may have been appended.
    onHead(head);
    wake();
  });
  let listening: { readonly control: AbortController; readonly done: Promise<void> } | undefined;

  const stop = async (): Promise<void> => {
    const ending = listening;
    listening = undefined;
    ending?.control.abort();
    await ending?.done;
  };

  return {
    wake,
    onHead: (told) => {
      onHead = told;
    },
    watch: async (onAppend) => {
      const watcher = (): void => onAppend();
      watchers.add(watcher);
      if (listening === undefined) {
        const control = new AbortController();
        const { promise: first, resolve } = Promise.withResolvers<void>();
        listening = { control, done: listen(control.signal, resolve) };
        await first;
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

import { messageOf, RigError, withDeadline, type Logger } from '@rig/kernel';
import { Redis } from 'ioredis';

export interface ConnectionOptions {
  readonly url: string;
  readonly logger: Logger;
  /** Shown in CLIENT LIST. */
  readonly connectionName: string;
  /** A blocking connection waits longer than a command may take; milliseconds without an answer. */
  readonly socketTimeoutMs: number;
}

/** How long a command waits for a connection that is being made, in milliseconds. */
const CONNECT_MS = 2_000;
/** How long a command may take, in milliseconds. */
const COMMAND_MS = 5_000;
/** Commands waiting or under way at once; more are refused, so that a slow server does not fill our memory. */
const MAX_COMMANDS = 10_000;

export const busUnavailable = (why: string, cause?: unknown): RigError =>
  new RigError({
    code: 'BUS_UNAVAILABLE',
    kind: 'retryable',
    message: `Valkey cannot be reached: ${why}`,
    fix: 'Check RIG_VALKEY_URL and that Valkey is running; the service goes on by itself once it answers.',
    cause,
  });

const PASSING = /^(OOM|LOADING|BUSY |READONLY|MASTERDOWN|TRYAGAIN|CLUSTERDOWN|NOREPLICAS|MISCONF|UNBLOCKED|NOGROUP)/;

/** Errors of the server by what the caller does about them; everything else means that the connection is gone. */
const toRigError = (error: unknown): RigError => {
  if (error instanceof RigError) return error;
  const isReply = error instanceof Error && error.name === 'ReplyError';
  if (!isReply || PASSING.test(messageOf(error))) return busUnavailable(messageOf(error), error);
  return new RigError({
    code: 'BUS_REFUSED',
    kind: 'bug',
    message: `Valkey refused a command: ${messageOf(error)}`,
    fix: 'Check the rights of the Valkey user and that nobody else writes keys under rig:.',
    cause: error,
  });
};

/**
 * One connection. Nothing is queued while it is down: a command waits two seconds for it at most and then fails with
 * `BUS_UNAVAILABLE`; what was under way when the connection broke fails at once (and may or may not have happened).
 */
export interface Connection {
  readonly redis: Redis;
  /** Runs a command with its deadline (default 5 s). */
  run<T>(what: string, work: (redis: Redis) => Promise<T>, ms?: number): Promise<T>;
  close(): Promise<void>;
}

const optionsOf = ({ connectionName, socketTimeoutMs }: ConnectionOptions) => ({
  // Replies of both protocols are alike in ioredis but for maps; the older one has none.
  protocol: 2 as const,
  connectionName,
  connectTimeout: CONNECT_MS,
  socketTimeout: socketTimeoutMs,
  keepAlive: 10_000,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
  disableClientInfo: true,
});

const untilReady = (redis: Redis, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const clear = (): void => {
      redis.off('ready', done);
      redis.off('end', ended);
      signal.removeEventListener('abort', clear);
    };
    const done = (): void => (clear(), resolve());
    const ended = (): void => (clear(), reject(busUnavailable('the connection was closed')));
    redis.once('ready', done);
    redis.once('end', ended);
    signal.addEventListener('abort', clear, { once: true });
  });

const NO_ERROR = 'no connection yet';

/** Logs each change for the worse or the better once; answers why there is no connection now. */
const watchErrors = (redis: Redis, { logger, connectionName }: ConnectionOptions): (() => string) => {
  let lastError = NO_ERROR;
  redis.on('error', (error: Error) => {
    if (lastError === messageOf(error)) return;
    lastError = messageOf(error);
    logger.log('warn', 'the connection to Valkey failed', { connection: connectionName, error: lastError });
  });
  redis.on('ready', () => {
    if (lastError !== NO_ERROR) logger.log('info', 'the connection to Valkey is back', { connection: connectionName });
    lastError = NO_ERROR;
  });
  return () => lastError;
};

export const createConnection = (options: ConnectionOptions): Connection => {
  const redis = new Redis(options.url, optionsOf(options));
  redis.setMaxListeners(MAX_COMMANDS * 2);
  const lastError = watchErrors(redis, options);
  let waiting = 0;

  const ready = async (): Promise<void> => {
    if (redis.status === 'ready') return;
    if (redis.status === 'end') throw busUnavailable('the connection was closed');
    await withDeadline('connecting to Valkey', CONNECT_MS, (signal) => untilReady(redis, signal)).catch(
      (error: unknown) => {
        throw busUnavailable(lastError(), error);
      },
    );
  };

  return {
    redis,
    run: async (what, work, ms = COMMAND_MS) => {
      if (waiting >= MAX_COMMANDS) throw busUnavailable(`${waiting} commands are waiting already`);
      waiting += 1;
      try {
        await ready();
        return await withDeadline(what, ms, () => work(redis));
      } catch (error) {
        throw toRigError(error);
      } finally {
        waiting -= 1;
      }
    },
    close: async () => {
      if (redis.status === 'end') return;
      // Between two attempts there is nothing that could still end.
      if (redis.status === 'reconnecting') return redis.disconnect();
      const ended = new Promise<void>((resolve) => redis.once('end', resolve));
      redis.disconnect();
      await withDeadline('closing a connection', 1_000, () => ended).catch(() => undefined);
    },
  };
};

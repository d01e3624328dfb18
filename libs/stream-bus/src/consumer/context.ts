import { backoff, messageOf, type Clock, type Logger } from '@rig/kernel';
import type { ConsumeOptions } from '../stream-bus.js';
import type { EntrySource, RawEntry } from './entry-source.js';

export interface ConsumerDeps {
  readonly source: EntrySource;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of every settled entry: `acked` (or the handler's own word), `retried`, `dead`, `left`. */
  count(outcome: string): void;
}

/** What the parts of one consumer share. */
export interface ConsumerContext<T> extends ConsumerDeps {
  readonly options: ConsumeOptions<T>;
  readonly signal: AbortSignal;
  /** For log lines. */
  readonly fields: { readonly stream: string; readonly group: string; readonly consumer: string };
  /** Queued, in a handler, waiting for a retry or for the acknowledgement to be written. */
  readonly held: Set<string>;
  /** Left pending by their handler. */
  readonly left: Set<string>;
  /** Hands an entry to the handlers, unless it is held already. */
  take(entry: RawEntry): void;
}

/** How fast a consumer comes back to a store that is away. */
export const RECONNECT = { baseMs: 100, maxMs: 5_000 };

/** The store may be away for a while; a verdict is kept until it is written, or until the consumer stops (throws). */
export const untilDone = async <R>(
  { signal, logger, clock, fields, source }: ConsumerContext<unknown>,
  what: string,
  work: () => Promise<R>,
): Promise<R> => {
  for (let n = 0; ; n++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      logger.log('warn', `a consumer could not ${what}; it tries again`, { ...fields, error: messageOf(error) });
      await clock.sleep(backoff(n, RECONNECT), signal);
      // The store may have been wiped, group and all.
      await source.prepare().catch(() => undefined);
    }
  }
};

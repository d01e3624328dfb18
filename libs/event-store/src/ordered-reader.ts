import { CommittedEnvelope } from '@rig/contracts';
import {
  accept,
  backoff,
  createLoop,
  messageOf,
  refuse,
  type Clock,
  type Lifecycle,
  type Logger,
  type Refusal,
  type Result,
} from '@rig/kernel';
import type { Delivery, StreamBus, Verdict } from '@rig/stream-bus';
import type { EventLog } from './event-store.js';

export interface OrderedReaderOptions {
  readonly log: Pick<EventLog, 'readAll' | 'head'>;
  readonly bus: Pick<StreamBus, 'consume'>;
  readonly stream: string;
  readonly group: string;
  /** The pod's HOSTNAME. */
  readonly consumer: string;
  /** Position of the last event that is already in the reader's state; 0 for none. */
  readonly from: number;
  /** Called once for every event behind `from`, in order, one at a time. A throw is tried again until it succeeds. */
  onEvent(event: CommittedEnvelope): Promise<void>;
  /** Without an event for so long, in milliseconds, it looks whether the log has more. Default 2000. */
  readonly idleMs?: number;
  readonly clock: Clock;
  readonly logger: Logger;
  onOutcome?(loop: string, outcome: string): void;
}

export interface OrderedReader extends Lifecycle {
  /** Position of the last event handed over. */
  readonly position: number;
  /** Why the next event cannot be handed over, while it cannot. */
  readonly stalled: string | undefined;
  /** Reads the log up to its head now. */
  catchUp(signal: AbortSignal): Promise<'caught-up' | 'idle'>;
}

/** Pause before an event that failed is tried again: order forbids to pass it over, so there is no last try. */
const RETRY = { baseMs: 200, maxMs: 5_000 };

/** Idle time after which the entries of a vanished reader are taken over, in milliseconds. */
const TAKE_OVER_MS = 60_000;

const parseEnvelope = (json: unknown): Result<CommittedEnvelope, Refusal> => {
  const parsed = CommittedEnvelope.safeParse(json);
  return parsed.success
    ? accept(parsed.data)
    : refuse({ code: 'ENVELOPE_INVALID', message: parsed.error.issues[0]?.message ?? 'not an envelope' });
};

/** One task at a time, in the order of asking. */
const createQueue = (): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
};

/** The handing over itself: each position once, in order, until `signal` aborts. */
const createHandover = (options: OrderedReaderOptions) => {
  const { log, clock, logger, stream, group } = options;
  const state: { position: number; stalled: string | undefined; at: number } = {
    position: options.from,
    stalled: undefined,
    at: clock.now(),
  };

  /** False when it was stopped before it succeeded. */
  const deliver = async (event: CommittedEnvelope, signal: AbortSignal): Promise<boolean> => {
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        await options.onEvent(event);
        state.position = event.position;
        state.stalled = undefined;
        state.at = clock.now();
        return true;
      } catch (error) {
        state.stalled = messageOf(error);
        logger.log(failures < 3 ? 'warn' : 'error', 'an event cannot be taken in', {
          stream,
          group,
          position: event.position,
          type: event.type,
          error: state.stalled,
        });
        await clock.sleep(backoff(failures, RETRY), signal);
      }
    }
    return false;
  };

  /** Reads the log up to `until`. */
  const fill = async (until: number, signal: AbortSignal): Promise<void> => {
    while (state.position < until && !signal.aborted) {
      const events = await log.readAll(state.position, 500);
      if (events.length === 0) return;
      for (const event of events) if (!(await deliver(event, signal))) return;
    }
  };

  return { state, deliver, fill };
};

/** The two ways in: entries of the stream and the log itself, one at a time. */
const createWaysIn = (options: OrderedReaderOptions) => {
  const { log, stream, group } = options;
  const { state, deliver, fill } = createHandover(options);
  const oneByOne = createQueue();

  const take = async ({ value, signal }: Delivery<CommittedEnvelope>): Promise<Verdict> => {
    if (value.position > state.position + 1) {
      const gap = await fill(value.position - 1, signal).then(() => undefined, messageOf);
      // The log that cannot be read just now says nothing about the entry.
      if (gap !== undefined) return { verdict: 'retry', reason: gap, counted: false };
    }
    // Also when the log gave it meanwhile.
    if (value.position <= state.position) return { verdict: 'ack', outcome: 'seen' };
    if (signal.aborted) return { verdict: 'leave' };
    if (value.position > state.position + 1) return { verdict: 'retry', reason: 'the log does not have it all yet' };
    return (await deliver(value, signal)) ? { verdict: 'ack' } : { verdict: 'leave' };
  };

  const catchUp: OrderedReader['catchUp'] = (signal) =>
    oneByOne(async () => {
      const head = await log.head();
      if (head <= state.position) return 'idle';
      await fill(head, signal);
      return 'caught-up';
    });

  const consumer = options.bus.consume<CommittedEnvelope>({
    stream,
    group,
    consumer: options.consumer,
    parse: parseEnvelope,
    // Entries of a reader that is gone must not pin the stream; positions already passed are skipped.
    takeOverIdleMs: TAKE_OVER_MS,
    handle: (delivery) => oneByOne(() => take(delivery)),
  });
  return { state, catchUp, consumer };
};

/** Catches up when nothing was handed over for `idleMs`; started when it has done so once. */
const createIdleLoop = (options: OrderedReaderOptions, lastAt: () => number, catchUp: OrderedReader['catchUp']) => {
  const { clock, logger, idleMs = 2_000 } = options;
  let first = Promise.withResolvers<void>();
  let fresh = true;
  const loop = createLoop({
    name: `catch-up ${options.stream}#${options.group}`,
    once: async (signal) => {
      if (!fresh && clock.now() - lastAt() < idleMs) return 'busy';
      const outcome = await catchUp(signal);
      fresh = false;
      first.resolve();
      return outcome;
    },
    everyMs: idleMs,
    clock,
    logger,
    ...(options.onOutcome === undefined ? {} : { onOutcome: options.onOutcome }),
  });
  return {
    start: async (): Promise<void> => {
      await loop.start();
      await first.promise;
    },
    stop: async (): Promise<void> => {
      // Nobody shall wait for a start that was called off.
      first.resolve();
      await loop.stop();
      first = Promise.withResolvers();
      fresh = true;
    },
  };
};

/**
 * Hands over events in the order of their positions: those of the stream as they come, and from the log whatever the
 * stream does not have (before it begins, trimmed, wiped, lost). For what is one decider at a time; consumers that
 * share a group each see only a part of the stream, and read the rest from the log.
 */
export const createOrderedReader = (options: OrderedReaderOptions): OrderedReader => {
  const { state, catchUp, consumer } = createWaysIn(options);
  const idle = createIdleLoop(options, () => state.at, catchUp);
  let running = false;
  return {
    get position() {
      return state.position;
    },
    get stalled() {
      return state.stalled;
    },
    catchUp,
    start: async () => {
      running = true;
      // Nobody decides on a state that is behind: started means caught up with the head as it was.
      await idle.start();
      if (running) await consumer.start();
    },
    stop: async () => {
      running = false;
      // Both at once: each may hold up the other's turn until it is told to stop.
      await Promise.all([idle.stop(), consumer.stop()]);
    },
  };
};

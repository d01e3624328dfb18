import type { CommittedEnvelope } from '@rig/contracts';
import { createLoop, faultPoint, type Clock, type Lifecycle, type Logger } from '@rig/kernel';
import type { RelayEntry, StreamBus } from '@rig/stream-bus';
import type { EventLog } from './event-store.js';
import type { RelayMarker } from './relay-marker.js';

export interface RelayOptions {
  readonly store: Pick<EventLog, 'readAll' | 'head' | 'watch'>;
  readonly bus: Pick<StreamBus, 'relay' | 'lastPosition'>;
  /** For example `rig:events`. */
  readonly stream: string;
  readonly marker: RelayMarker;
  /** Entries for other streams, written before the event's own. */
  offersFor(event: CommittedEnvelope): Promise<RelayEntry['offers']>;
  /** Events of one script call at most. Default 200. */
  readonly batch?: number;
  /** Pause between two looks when nobody wakes it, in milliseconds. Default 1000. */
  readonly everyMs?: number;
  readonly clock: Clock;
  readonly logger: Logger;
  onOutcome?(loop: string, outcome: string): void;
}

/**
 * - `relayed`: events went out, there may be more
 * - `idle`: the stream has all
 * - `moved`: another relay was faster
 * - `ahead`: the stream holds positions that the log has not reached
 */
export type RelayOutcome = 'relayed' | 'idle' | 'moved' | 'ahead';

export interface Relay extends Lifecycle {
  once(signal: AbortSignal): Promise<RelayOutcome>;
}

const createPass = (options: RelayOptions): Relay['once'] => {
  const { store, bus, stream, marker, logger } = options;
  const batch = options.batch ?? 200;

  const entryOf = async (event: CommittedEnvelope): Promise<RelayEntry> => ({
    position: event.position,
    json: JSON.stringify(event),
    offers: await options.offersFor(event),
  });

  const nothingNew = async (last: number): Promise<RelayOutcome> => {
    const head = await store.head();
    if (last <= head) return 'idle';
    logger.log('error', 'the stream is ahead of the log', {
      stream,
      last,
      head,
      fix: 'The log was restored or replaced: flush the Valkey database, and delete the stream from relay_state.',
    });
    return 'ahead';
  };

  return async (signal) => {
    const last = await bus.lastPosition(stream);
    const from = last > 0 ? last : ((await marker.load(stream)) ?? 0);
    const events = await store.readAll(from, batch);
    const final = events.at(-1);
    if (final === undefined) return nothingNew(from);
    const entries: RelayEntry[] = [];
    for (const event of events) {
      if (signal.aborted) return 'idle';
      entries.push(await entryOf(event));
    }
    faultPoint('relay.before-xadd');
    const written = await bus.relay(stream, last, entries);
    faultPoint('relay.after-xadd');
    if (written.status === 'moved') return 'moved';
    await marker.save(stream, final.position);
    return 'relayed';
  };
};

/**
 * Copies the log to a stream, each event under the id `<position>-0`, in order. The stream's own last id is the
 * cursor, and the bus writes only if that is still what the relay thinks: several relays may race, and none skips or
 * doubles. A stream without an id was wiped, or never written: then it goes on from the marker, so that what was
 * committed and never relayed still goes out, and nothing older is refilled (consumers read that from the log).
 */
export const createRelay = (options: RelayOptions): Relay => {
  const { store, stream, clock, logger } = options;
  const once = createPass(options);
  const loop = createLoop({
    name: `relay ${stream}`,
    once,
    everyMs: options.everyMs ?? 1_000,
    again: ['relayed', 'moved'],
    clock,
    logger,
    ...(options.onOutcome === undefined ? {} : { onOutcome: options.onOutcome }),
  });
  let unwatch: (() => Promise<void>) | undefined;

  return {
    once,
    start: async () => {
      unwatch ??= await store.watch(() => loop.wake());
      await loop.start();
    },
    stop: async () => {
      await loop.stop();
      await unwatch?.();
      unwatch = undefined;
    },
  };
};

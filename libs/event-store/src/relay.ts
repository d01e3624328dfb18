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

/** The marker lags this far behind while events go out, in milliseconds: after a wipe so much may go out twice. */
const SAVE_EVERY_MS = 1_000;

/** Pause between two looks whether the log was restored to less than the stream has, in milliseconds. */
const COMPARE_EVERY_MS = 10_000;

/** Saves the marker now and then, and when there is nothing else to do: not for every batch, since each is a commit. */
const createLazyMarker = ({ marker, stream, clock }: RelayOptions) => {
  let reached = 0;
  let saved = 0;
  let savedAt = clock.now();
  const save = async (): Promise<void> => {
    if (reached <= saved) return;
    const position = reached;
    await marker.save(stream, position);
    saved = position;
    savedAt = clock.now();
  };
  return {
    load: () => marker.load(stream),
    save,
    passed: async (position: number): Promise<void> => {
      reached = position;
      if (clock.now() - savedAt >= SAVE_EVERY_MS) await save();
    },
  };
};

/** Events behind a position; the next full batch is read while the last one is written to the stream. */
const createReadAhead = ({ store, batch = 200 }: RelayOptions) => {
  let ahead: { readonly from: number; readonly events: Promise<readonly CommittedEnvelope[]> } | undefined;
  const begin = (from: number): void => {
    const events = store.readAll(from, batch);
    // Whoever takes it is told of a failure; nobody may.
    events.catch(() => undefined);
    ahead = { from, events };
  };
  return async (from: number): Promise<readonly CommittedEnvelope[]> => {
    const early = ahead?.from === from ? await ahead.events : [];
    ahead = undefined;
    // What was not there then may be there now.
    const events = early.length > 0 ? early : await store.readAll(from, batch);
    const final = events.at(-1);
    if (final !== undefined && events.length === batch) begin(final.position);
    return events;
  };
};

const createPass = (options: RelayOptions): Relay['once'] => {
  const { store, bus, stream, clock, logger } = options;
  const marker = createLazyMarker(options);
  const read = createReadAhead(options);
  /** The stream's last position as far as is known; the bus says so when it is another. */
  let known: number | undefined;
  let comparedAt = 0;

  const entryOf = async (event: CommittedEnvelope): Promise<RelayEntry> => ({
    position: event.position,
    json: JSON.stringify(event),
    offers: await options.offersFor(event),
  });

  const nothingNew = async (last: number): Promise<RelayOutcome> => {
    await marker.save();
    // What this relay wrote came from the log; only now and then is it asked whether the log still has it.
    if (known !== undefined && clock.now() - comparedAt < COMPARE_EVERY_MS) return 'idle';
    const head = await store.head();
    comparedAt = clock.now();
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
    const last = known ?? (await bus.lastPosition(stream));
    const from = last > 0 ? last : ((await marker.load()) ?? 0);
    const events = await read(from);
    const final = events.at(-1);
    if (final === undefined) return nothingNew(from);
    if (signal.aborted) return 'idle';
    const entries = await Promise.all(events.map(entryOf));
    faultPoint('relay.before-xadd');
    const written = await bus.relay(stream, last, entries);
    faultPoint('relay.after-xadd');
    known = written.status === 'moved' ? undefined : final.position;
    if (written.status === 'moved') return 'moved';
    await marker.passed(final.position);
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

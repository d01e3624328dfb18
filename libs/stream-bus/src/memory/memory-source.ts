import { deadStream } from '@rig/contracts';
import { isoTime, type Clock } from '@rig/kernel';
import { locate, REDRIVEN, redriveStream, type EntrySource, type RawEntry } from '../consumer/entry-source.js';
import type { MemoryStore, MemoryStream } from './memory-stream.js';

/** What a dead entry keeps, as JSON in the dead list's entry. */
export interface DeadRecord {
  readonly stream: string;
  readonly group: string;
  readonly entryId: string;
  readonly reason: string;
  readonly tries: number;
  readonly at: string;
  readonly json: string;
}

export interface MemorySourceOptions {
  readonly store: MemoryStore;
  readonly clock: Clock;
  readonly stream: string;
  readonly group: string;
  readonly consumer: string;
}

/** Acknowledges entries wherever they lie; redriven ones are removed as well. */
export const ackInMemory = (store: MemoryStore, stream: string, group: string, ids: readonly string[]): void => {
  for (const id of ids) {
    const at = locate(stream, group, id);
    store.stream(at.key).group(group).pending.delete(at.id);
    if (at.key !== stream) store.stream(at.key).remove(at.id);
  }
};

/** The two streams of a (stream, group), and what their entries are called. */
const createPlace = ({ store, stream, group, consumer }: MemorySourceOptions) => {
  const redriven = redriveStream(stream, group);
  const find = (id: string): { readonly id: string; readonly from: MemoryStream } => {
    const at = locate(stream, group, id);
    return { id: at.id, from: store.stream(at.key) };
  };
  return {
    keys: [stream, redriven],
    named: (key: string, id: string): string => (key === redriven ? `${REDRIVEN}${id}` : id),
    entry: (id: string) => find(id).from.get(find(id).id),
    /** The pending record, if it is this consumer's. */
    mine: (id: string) => {
      const pending = find(id).from.group(group).pending.get(find(id).id);
      return pending?.consumer === consumer ? pending : undefined;
    },
  };
};
type Place = ReturnType<typeof createPlace>;

const pendingPart = (options: MemorySourceOptions, place: Place): Pick<EntrySource, 'own' | 'again' | 'takeOver'> => {
  const { store, clock, stream, group, consumer } = options;
  const takeFrom = (key: string, idleMs: number, count: number): RawEntry[] => {
    const from = store.stream(key);
    const idle = from.pendingIds(group, (one) => one.consumer !== consumer && clock.now() - one.since >= idleMs);
    return idle.slice(0, count).flatMap((id) => {
      const pending = from.group(group).pending.get(id);
      const entry = from.get(id);
      if (pending === undefined || entry === undefined) return [];
      Object.assign(pending, { consumer, tries: pending.tries + 1, since: clock.now() });
      return [{ id: place.named(key, id), attempt: pending.tries, json: entry.json }];
    });
  };
  return {
    own: async (after, count) => {
      const own = (key: string): readonly string[] =>
        store.stream(key).pendingIds(group, (pending) => pending.consumer === consumer);
      const all = place.keys.flatMap((key) => own(key).map((id) => place.named(key, id)));
      const from = after === undefined ? 0 : all.indexOf(after) + 1;
      return all.slice(from, from + count);
    },
    again: async (id) => {
      const pending = place.mine(id);
      const entry = place.entry(id);
      if (pending === undefined) return undefined;
      if (entry === undefined) {
        ackInMemory(store, stream, group, [id]);
        return undefined;
      }
      pending.tries += 1;
      pending.since = clock.now();
      return { id, attempt: pending.tries, json: entry.json };
    },
    takeOver: async (idleMs, count) => place.keys.flatMap((key) => takeFrom(key, idleMs, count)),
  };
};

const settlingPart = (options: MemorySourceOptions, place: Place): Pick<EntrySource, 'ack' | 'bury' | 'setTries'> => {
  const { store, clock, stream, group } = options;
  return {
    ack: async (ids) => ackInMemory(store, stream, group, ids),
    bury: async (id, reason, tries) => {
      if (place.mine(id) === undefined) return;
      const entryId = locate(stream, group, id).id;
      const json = place.entry(id)?.json ?? '';
      const record: DeadRecord = { stream, group, entryId, reason, tries, at: isoTime(clock.now()), json };
      store.stream(deadStream(stream, group)).add(JSON.stringify(record), clock.now());
      ackInMemory(store, stream, group, [id]);
    },
    setTries: async (id, tries) => {
      const pending = place.mine(id);
      if (pending !== undefined) pending.tries = tries;
    },
  };
};

/** One (stream, group, consumer) in memory. */
export const createMemorySource = (options: MemorySourceOptions): EntrySource => {
  const { store, clock, group, consumer } = options;
  const place = createPlace(options);
  let release: (() => void) | undefined;
  const readNow = (count: number): RawEntry[] =>
    place.keys.flatMap((key) => {
      const found = store.stream(key).read(group, consumer, count, clock.now());
      return found.map(({ id, json }) => ({ id: place.named(key, id), attempt: 1, json }));
    });
  return {
    ...pendingPart(options, place),
    ...settlingPart(options, place),
    prepare: async () => {
      for (const key of place.keys) store.stream(key).group(group);
    },
    read: async (count, blockMs) => {
      const found = readNow(count);
      if (found.length > 0) return found;
      const done = new AbortController();
      const added = new Promise<void>((resolve) => {
        release = resolve;
        for (const key of place.keys) store.stream(key).onAdd(resolve);
      });
      await Promise.race([added, clock.sleep(blockMs, done.signal)]);
      done.abort();
      return readNow(count);
    },
    interrupt: async () => release?.(),
    close: async () => undefined,
  };
};

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

export const createMemorySource = ({ store, clock, stream, group, consumer }: MemorySourceOptions): EntrySource => {
  const redriven = redriveStream(stream, group);
  const keys = [stream, redriven];
  const named = (key: string, id: string): string => (key === redriven ? `${REDRIVEN}${id}` : id);
  let release: (() => void) | undefined;

  const find = (id: string): { at: { key: string; id: string }; from: MemoryStream } => {
    const at = locate(stream, group, id);
    return { at, from: store.stream(at.key) };
  };
  /** The pending record, if it is this consumer's. */
  const mine = (id: string): { tries: number; since: number } | undefined => {
    const { at, from } = find(id);
    const pending = from.group(group).pending.get(at.id);
    return pending?.consumer === consumer ? pending : undefined;
  };
  const readNow = (count: number): RawEntry[] =>
    keys.flatMap((key) =>
      store
        .stream(key)
        .read(group, consumer, count, clock.now())
        .map(({ id, json }) => ({ id: named(key, id), attempt: 1, json })),
    );

  return {
    prepare: async () => {
      for (const key of keys) store.stream(key).group(group);
    },
    read: async (count, blockMs) => {
      const found = readNow(count);
      if (found.length > 0) return found;
      const done = new AbortController();
      const added = new Promise<void>((resolve) => {
        release = resolve;
        for (const key of keys) store.stream(key).onAdd(resolve);
      });
      await Promise.race([added, clock.sleep(blockMs, done.signal)]);
      done.abort();
      return readNow(count);
    },
    own: async (after, count) => {
      const all = keys.flatMap((key) =>
        store
          .stream(key)
          .pendingIds(group, (pending) => pending.consumer === consumer)
          .map((id) => named(key, id)),
      );
      const from = after === undefined ? 0 : all.indexOf(after) + 1;
      return all.slice(from, from + count);
    },
    again: async (id) => {
      const pending = mine(id);
      const { at, from } = find(id);
      const entry = from.get(at.id);
      if (pending === undefined) return undefined;
      if (entry === undefined) {
        from.group(group).pending.delete(at.id);
        return undefined;
      }
      pending.tries += 1;
      pending.since = clock.now();
      return { id, attempt: pending.tries, json: entry.json };
    },
    takeOver: async (idleMs, count) => {
      const taken: RawEntry[] = [];
      for (const key of keys) {
        const from = store.stream(key);
        const idle = from.pendingIds(group, (one) => one.consumer !== consumer && clock.now() - one.since >= idleMs);
        for (const id of idle.slice(0, count - taken.length)) {
          const pending = from.group(group).pending.get(id);
          const entry = from.get(id);
          if (pending === undefined || entry === undefined) continue;
          Object.assign(pending, { consumer, tries: pending.tries + 1, since: clock.now() });
          taken.push({ id: named(key, id), attempt: pending.tries, json: entry.json });
        }
      }
      return taken;
    },
    ack: async (ids) => ackInMemory(store, stream, group, ids),
    bury: async (id, reason, tries) => {
      if (mine(id) === undefined) return;
      const { at, from } = find(id);
      const json = from.get(at.id)?.json ?? '';
      const record: DeadRecord = { stream, group, entryId: at.id, reason, tries, at: isoTime(clock.now()), json };
      store.stream(deadStream(stream, group)).add(JSON.stringify(record), clock.now());
      ackInMemory(store, stream, group, [id]);
    },
    setTries: async (id, tries) => {
      const pending = mine(id);
      if (pending !== undefined) pending.tries = tries;
    },
    interrupt: async () => release?.(),
    close: async () => undefined,
  };
};

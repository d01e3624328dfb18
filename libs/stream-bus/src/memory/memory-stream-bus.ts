import { silentLogger, systemClock, type Clock, type Logger } from '@rig/kernel';
import { createConsumer } from '../consumer/consumer.js';
import { REDRIVEN, redriveStream } from '../consumer/entry-source.js';
import { createConsumerRegistry } from '../consumer/registry.js';
import type { DeadEntry, StreamBus } from '../stream-bus.js';
import { ownerConsumer } from '../valkey/leases.js';
import { positionOf } from '../valkey/replies.js';
import { ackInMemory, createMemorySource, type DeadRecord } from './memory-source.js';
import { MemoryStore } from './memory-stream.js';

export interface MemoryStreamBusOptions {
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly logger?: Logger;
  count?(stream: string, group: string, outcome: string): void;
}

type Part<K extends keyof StreamBus> = Pick<StreamBus, K>;

const publishing = (store: MemoryStore, clock: Clock): Part<'publish' | 'publishMany' | 'relay' | 'offerAgain'> => {
  const publish = async (stream: string, value: unknown): Promise<string> =>
    store.stream(stream).add(JSON.stringify(value), clock.now()) ?? '';
  return {
    publish,
    publishMany: (stream, values) => Promise.all(values.map((value) => publish(stream, value))),
    relay: async (stream, previous, entries) => {
      const to = store.stream(stream);
      let last = positionOf(to.lastId);
      if (last !== previous) return { status: 'moved', last };
      for (const { position, json, offers } of entries) {
        if (position <= last) throw new Error(`ORDER position ${position} is not above ${last}`);
        offers.forEach((offer, index) =>
          store.stream(offer.stream).add(offer.json, clock.now(), `${position}-${index + 1}`),
        );
        to.add(json, clock.now(), `${position}-0`);
        last = position;
      }
      return { status: 'relayed' };
    },
    offerAgain: async (stream, position, value) => {
      const to = store.stream(stream);
      return to.add(JSON.stringify(value), clock.now(), `${Math.max(position, positionOf(to.lastId))}-*`) ?? '';
    },
  };
};

const inspection = (
  store: MemoryStore,
  clock: Clock,
): Part<'lastPosition' | 'firstPosition' | 'outstanding' | 'trim' | 'dropConsumers' | 'groups'> => ({
  lastPosition: async (stream) => positionOf(store.stream(stream).lastId),
  firstPosition: async (stream) => {
    const [first] = store.stream(stream).entries;
    return first === undefined ? undefined : positionOf(first.id);
  },
  outstanding: async (stream, group, limit) => {
    const list = (key: string, mark: string) => {
      const from = store.stream(key);
      const known = from.groups.get(group);
      const pending = known === undefined ? [] : from.pendingIds(group).flatMap((id) => from.get(id) ?? []);
      const unread = known === undefined ? from.entries : from.unread(known);
      return [...pending, ...unread].map(({ id, json }) => ({ id: `${mark}${id}`, json }));
    };
    return [...list(stream, ''), ...list(redriveStream(stream, group), REDRIVEN)].slice(0, limit);
  },
  // A consumer that holds nothing is not known here.
  dropConsumers: async () => [],
  trim: async (stream, keepMs, hardKeepMs) => store.stream(stream).trim(clock.now(), keepMs, hardKeepMs),
  groups: async (stream) => {
    const from = store.stream(stream);
    return [...from.groups.values()].map((group) => ({
      name: group.name,
      pending: group.pending.size,
      lag: from.unread(group).length,
      lastPosition: positionOf(group.lastId),
    }));
  },
});

const leases = (
  store: MemoryStore,
  clock: Clock,
): Part<'renewLease' | 'readLease' | 'endLease' | 'markAlive' | 'alive' | 'claimName'> => {
  const held = (key: string) => {
    const lease = store.leases.get(key);
    return lease !== undefined && lease.until > clock.now() ? lease : undefined;
  };
  return {
    renewLease: async ({ key, fence, owner, ttlMs, entry }) => {
      const now = held(key);
      if (now !== undefined && (now.fence > fence || (now.fence === fence && now.owner !== owner))) return false;
      const pending = entry && store.stream(entry.stream).groups.get(entry.group)?.pending.get(entry.id);
      if (pending !== undefined) {
        if (pending.consumer !== (entry?.consumer ?? ownerConsumer(owner))) return false;
        pending.since = clock.now();
      }
      store.leases.set(key, { fence, owner, until: clock.now() + ttlMs });
      return true;
    },
    readLease: async (key) => {
      const lease = held(key);
      return lease && { fence: lease.fence, owner: lease.owner, leftMs: lease.until - clock.now() };
    },
    endLease: async (key, fence) => {
      if ((held(key)?.fence ?? Infinity) <= fence) store.leases.delete(key);
    },
    markAlive: async (name, ttlMs) => void store.alive.set(name, clock.now() + ttlMs),
    alive: async (name) => (store.alive.get(name) ?? 0) > clock.now(),
    claimName: async (key, owner, ttlMs) => {
      const before = store.names.get(key);
      store.names.set(key, { owner, until: clock.now() + ttlMs });
      return before === undefined || before.until <= clock.now() || before.owner === owner ? undefined : before.owner;
    },
  };
};

const deadLists = (
  store: MemoryStore,
  clock: Clock,
): Part<'deadLists' | 'dead' | 'deadEntry' | 'redrive' | 'dropDead'> => {
  const all = (list: string): DeadEntry[] =>
    store.stream(list).entries.map(({ id, json }) => ({ id, ...(JSON.parse(json) as DeadRecord) }));
  return {
    deadLists: async () =>
      [...store.streams]
        .filter(([key, stream]) => key.startsWith('rig:dead:') && stream.entries.length > 0)
        .map(([list, stream]) => ({ list, entries: stream.entries.length })),
    dead: async (list, limit) => all(list).slice(0, limit),
    deadEntry: async (list, id) => all(list).find((one) => one.id === id),
    redrive: async (list, id) => {
      const entry = all(list).find((one) => one.id === id);
      if (entry === undefined) return false;
      store.stream(list).remove(id);
      store.stream(redriveStream(entry.stream, entry.group)).add(entry.json, clock.now());
      return true;
    },
    dropDead: async (list, id) => store.stream(list).remove(id),
  };
};

/** The stream bus in one process's memory, with the same consumer loop: for tests. Nothing survives the process. */
export const createMemoryStreamBus = (options: MemoryStreamBusOptions = {}): StreamBus => {
  const { clock = systemClock, logger = silentLogger } = options;
  const store = new MemoryStore();
  const consumers = createConsumerRegistry();
  return {
    ...publishing(store, clock),
    ...inspection(store, clock),
    ...leases(store, clock),
    ...deadLists(store, clock),
    ensureGroup: async (stream, group) => {
      store.stream(stream).group(group);
    },
    consume: (wanted) => {
      const { stream, group, consumer } = wanted;
      const source = createMemorySource({ store, clock, stream, group, consumer });
      const count = (outcome: string): void => options.count?.(stream, group, outcome);
      return consumers.add(stream, group, createConsumer(wanted, { source, clock, logger, count }));
    },
    ack: async (stream, group, id) => {
      ackInMemory(store, stream, group, [id]);
      consumers.forget(stream, group, id);
    },
    ping: async () => true,
    close: () => consumers.stopAll(),
  };
};

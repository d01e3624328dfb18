import { systemClock, type Clock, type Lifecycle, type Logger } from '@rig/kernel';
import type { ChainableCommander } from 'ioredis';
import { createConsumer } from '../consumer/consumer.js';
import { locate, redriveStream, REDRIVEN } from '../consumer/entry-source.js';
import { createConsumerRegistry } from '../consumer/registry.js';
import type { ConsumeOptions, RelayEntry, StreamBus } from '../stream-bus.js';
import { busUnavailable, createConnection, type Connection } from './connection.js';
import { createDeadLists } from './dead-lists.js';
import { createLeases } from './leases.js';
import { entriesOf, groupsOf, lastIdOf, namesOf, numberOf, pairsOf, positionOf, relayedOf, textOf } from './replies.js';
import { runScript } from './scripts.js';
import { createValkeySource, makeGroup } from './valkey-source.js';

export interface ValkeyStreamBusOptions {
  /** `redis://[user:password@]host:port[/database]`, or `rediss:` over TLS. */
  readonly url: string;
  readonly logger: Logger;
  /** For retries and reconnects; leases go by the server's clock. Default: the system's. */
  readonly clock?: Clock;
  /** Shown in CLIENT LIST, for example the service's name. */
  readonly connectionName: string;
  /** Told of every settled entry, for metrics. */
  count?(stream: string, group: string, outcome: string): void;
}

/** Entries sent in one round trip. */
const CHUNK = 500;

const addAll = async (commands: Connection, stream: string, values: readonly unknown[]): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let from = 0; from < values.length; from += CHUNK) {
    const replies = await commands.run('publishing', async (redis) => {
      const pipeline: ChainableCommander = redis.pipeline();
      for (const value of values.slice(from, from + CHUNK)) pipeline.xadd(stream, '*', 'json', JSON.stringify(value));
      return (await pipeline.exec()) ?? [];
    });
    for (const [error, id] of replies) {
      if (error !== null) throw busUnavailable(error.message, error);
      ids.push(textOf('XADD', id));
    }
  }
  return ids;
};

const createPublishing = (
  commands: Connection,
): Pick<StreamBus, 'publish' | 'publishMany' | 'relay' | 'offerAgain'> => ({
  publish: async (stream, value) =>
    textOf('XADD', await commands.run('publishing', (redis) => redis.xadd(stream, '*', 'json', JSON.stringify(value)))),
  publishMany: (stream, values) => addAll(commands, stream, values),
  relay: async (stream, previous, entries: readonly RelayEntry[]) => {
    const keys = [stream, ...entries.flatMap(({ offers }) => offers.map((offer) => offer.stream))];
    const args = entries.flatMap(({ position, json, offers }) => [
      position,
      json,
      offers.length,
      ...offers.map((offer) => offer.json),
    ]);
    const reply = await commands.run('relaying', (redis) => runScript(redis, 'relay-n', keys, [previous, ...args]));
    const { done, last } = relayedOf(reply);
    return done ? { status: 'relayed' } : { status: 'moved', last };
  },
  offerAgain: async (stream, position, value) =>
    textOf(
      'XADD',
      await commands.run('offering', (redis) =>
        runScript(redis, 'offer-again-1', [stream], [position, JSON.stringify(value)]),
      ),
    ),
});

/** XINFO of a stream that does not exist is an error; here it is simply empty. */
const info = (commands: Connection, what: 'STREAM' | 'GROUPS', stream: string): Promise<unknown> =>
  commands.run('XINFO', async (redis) => {
    try {
      return await redis.call('XINFO', what, stream);
    } catch (error) {
      if (error instanceof Error && error.message.includes('no such key')) return [];
      throw error;
    }
  });

/** The server cannot tell the lag of a group that was made in mid-stream; then it is counted, up to a bound. */
const countLag = async (commands: Connection, stream: string, lastId: string): Promise<number> =>
  entriesOf(await commands.run('XRANGE', (redis) => redis.xrange(stream, `(${lastId}`, '+', 'COUNT', 10_000))).length;

const createInspection = (
  commands: Connection,
): Pick<StreamBus, 'lastPosition' | 'firstPosition' | 'outstanding' | 'trim' | 'dropConsumers' | 'groups'> => ({
  lastPosition: async (stream) => positionOf(lastIdOf(await info(commands, 'STREAM', stream))),
  firstPosition: async (stream) => {
    const [first] = entriesOf(await commands.run('XRANGE', (redis) => redis.xrange(stream, '-', '+', 'COUNT', 1)));
    return first === undefined ? undefined : positionOf(first.id);
  },
  outstanding: async (stream, group, limit) => {
    const list = async (key: string, most: number) =>
      pairsOf(await commands.run('listing', (redis) => runScript(redis, 'outstanding-1', [key], [group, most])));
    const found = await list(stream, limit);
    if (found.length >= limit) return found;
    const again = await list(redriveStream(stream, group), limit - found.length);
    return [...found, ...again.map(({ id, json }) => ({ id: `${REDRIVEN}${id}`, json }))];
  },
  trim: async (stream, keepMs, hardKeepMs) => {
    const keys = [stream, `rig:trim:${stream.replace(/^rig:/, '')}`];
    return numberOf(
      'trim',
      await commands.run('trimming', (redis) => runScript(redis, 'trim-2', keys, [keepMs, hardKeepMs ?? ''])),
    );
  },
  dropConsumers: async (stream, group, idleMs) => {
    const dropped = new Set<string>();
    for (const key of [stream, redriveStream(stream, group)]) {
      const reply = await commands.run('dropping consumers', (redis) =>
        runScript(redis, 'drop-consumers-1', [key], [group, idleMs]),
      );
      for (const name of namesOf(reply)) dropped.add(name);
    }
    return [...dropped];
  },
  groups: async (stream) =>
    Promise.all(
      groupsOf(await info(commands, 'GROUPS', stream)).map(async ({ name, pending, lag, lastId }) => ({
        name,
        pending,
        lag: lag ?? (await countLag(commands, stream, lastId)),
        lastPosition: positionOf(lastId),
      })),
    ),
});

/**
 * The stream bus on Valkey. Connects in the background; commands fail with `BUS_UNAVAILABLE` (retryable) within seconds
 * while it cannot be reached, consumers wait for it and recover by themselves.
 * A redriven entry comes from `rig:redrive:{stream}:{group}`, which each consumer reads beside its stream.
 */
export const createValkeyStreamBus = (options: ValkeyStreamBusOptions): StreamBus => {
  const { url, logger, connectionName, clock = systemClock } = options;
  const commands = createConnection({ url, logger, connectionName, socketTimeoutMs: 10_000 });
  const consumers = createConsumerRegistry();
  const consume = <T>(wanted: ConsumeOptions<T>): Lifecycle => {
    const { stream, group, consumer, blockMs = 2_000 } = wanted;
    const place = { stream, group, consumer, blockMs };
    const source = createValkeySource({ url, logger, clock, connectionName, commands, ...place });
    const count = (outcome: string): void => options.count?.(stream, group, outcome);
    return consumers.add(stream, group, createConsumer(wanted, { source, clock, logger, count }));
  };

  return {
    ...createPublishing(commands),
    ...createInspection(commands),
    ...createLeases(commands),
    ...createDeadLists(commands),
    ensureGroup: async (stream, group) => {
      await makeGroup(commands, stream, group);
      await makeGroup(commands, redriveStream(stream, group), group);
    },
    consume,
    ack: async (stream, group, id) => {
      const at = locate(stream, group, id);
      if (at.key === stream) await commands.run('XACK', (redis) => redis.xack(stream, group, at.id));
      else await commands.run('ack-drop-1', (redis) => runScript(redis, 'ack-drop-1', [at.key], [group, at.id]));
      consumers.forget(stream, group, id);
    },
    ping: () =>
      commands
        .run('PING', (redis) => redis.ping(), 1_000)
        .then(
          (reply) => reply === 'PONG',
          () => false,
        ),
    close: async () => {
      await consumers.stopAll();
      await commands.close();
    },
  };
};

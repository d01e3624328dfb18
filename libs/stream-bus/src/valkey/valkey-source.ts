import { isoTime, type Clock, type Logger } from '@rig/kernel';
import { deadStream } from '@rig/contracts';
import { locate, REDRIVEN, redriveStream, type EntrySource, type RawEntry } from '../consumer/entry-source.js';
import { createConnection, type Connection } from './connection.js';
import { againOf, numberOf, pendingOf, readOf, takenOf } from './replies.js';
import { runScript, type ScriptName } from './scripts.js';

export interface ValkeySourceOptions {
  readonly url: string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly connectionName: string;
  /** For everything that does not block. */
  readonly commands: Connection;
  readonly stream: string;
  readonly group: string;
  readonly consumer: string;
  readonly blockMs: number;
}

/** Makes a stream's group from `0`; does nothing where it exists. */
export const makeGroup = async (commands: Connection, key: string, group: string): Promise<void> => {
  await commands.run('making a group', async (redis) => {
    try {
      await redis.xgroup('CREATE', key, group, '0', 'MKSTREAM');
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('BUSYGROUP')) throw error;
    }
  });
};

/** Beyond BLOCK, before the connection counts as dead, in milliseconds. */
const GRACE_MS = 3_000;

/** The blocking connection: of its own for every consumer, because everything behind a blocked command waits. */
const createReader = (options: ValkeySourceOptions) => {
  const { group, consumer, blockMs, commands } = options;
  let connection: Connection | undefined;
  let clientId: number | undefined;
  let reading = false;

  const open = (): Connection => {
    if (connection !== undefined) return connection;
    connection = createConnection({
      url: options.url,
      logger: options.logger,
      connectionName: `${options.connectionName}:${options.stream}#${group}`,
      socketTimeoutMs: blockMs + GRACE_MS,
    });
    connection.redis.on('close', () => (clientId = undefined));
    return connection;
  };

  const read = async (keys: readonly string[], count: number, waitMs: number): Promise<unknown> => {
    const { run } = open();
    clientId ??= numberOf('CLIENT ID', await run('asking for the client id', (redis) => redis.call('CLIENT', 'ID')));
    reading = true;
    try {
      const news = keys.map(() => '>');
      const command = ['GROUP', group, consumer, 'COUNT', count, 'BLOCK', waitMs, 'STREAMS', ...keys, ...news];
      return await run('reading', (redis) => redis.call('XREADGROUP', ...command), waitMs + GRACE_MS + 1_000);
    } catch (error) {
      // After a deadline the old reply could still arrive; a new connection cannot get it.
      if (connection?.redis.status === 'ready') connection.redis.disconnect(true);
      throw error;
    } finally {
      reading = false;
    }
  };

  /** Ends a blocked read so that its reply is not lost: what it has read is handed over, or it returns empty. */
  const interrupt = async (): Promise<void> => {
    for (let n = 0; n < 20 && reading; n++) {
      const id = clientId;
      if (id === undefined) break;
      await commands.run('unblocking', (redis) => redis.call('CLIENT', 'UNBLOCK', id), 500).catch(() => undefined);
      if (reading) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    if (reading) await connection?.close();
  };

  return { read, interrupt, close: async () => connection?.close() };
};

/** The two streams of a (stream, group), and what their entries are called. */
const createPlace = ({ commands, stream, group }: ValkeySourceOptions) => {
  const redriven = redriveStream(stream, group);
  return {
    redriven,
    keys: [stream, redriven],
    named: (key: string, id: string): string => (key === redriven ? `${REDRIVEN}${id}` : id),
    at: (id: string) => locate(stream, group, id),
    script: (name: ScriptName, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> =>
      commands.run(name, (redis) => runScript(redis, name, keys, args)),
  };
};
type Place = ReturnType<typeof createPlace>;

const pendingPart = (options: ValkeySourceOptions, place: Place): Pick<EntrySource, 'own' | 'again' | 'takeOver'> => {
  const { commands, stream, group, consumer } = options;
  const page = async (key: string, from: string, count: number): Promise<string[]> => {
    const reply = await commands.run('XPENDING', (redis) => redis.xpending(key, group, from, '+', count, consumer));
    return pendingOf(reply).map(({ id }) => place.named(key, id));
  };
  return {
    own: async (after, count) => {
      const last = after === undefined ? undefined : place.at(after);
      const from = last === undefined ? '-' : `(${last.id}`;
      if (last?.key === place.redriven) return page(place.redriven, from, count);
      const ids = await page(stream, from, count);
      return ids.length < count ? [...ids, ...(await page(place.redriven, '-', count - ids.length))] : ids;
    },
    again: async (id) => {
      const at = place.at(id);
      const found = againOf(await place.script('again-1', [at.key], [group, consumer, at.id]));
      return found === undefined ? undefined : { id, attempt: found.tries, json: found.json };
    },
    takeOver: async (idleMs, count) => {
      const taken: RawEntry[] = [];
      for (const key of place.keys) {
        const reply = takenOf(await place.script('take-over-1', [key], [group, consumer, idleMs, count]));
        taken.push(...reply.map((entry) => ({ ...entry, id: place.named(key, entry.id) })));
      }
      return taken;
    },
  };
};

const settlingPart = (options: ValkeySourceOptions, place: Place): Pick<EntrySource, 'ack' | 'bury' | 'setTries'> => {
  const { commands, stream, group, consumer, clock } = options;
  return {
    ack: async (ids) => {
      const redriven = ids.filter((id) => id.startsWith(REDRIVEN));
      const plain = redriven.length === 0 ? ids : ids.filter((id) => !id.startsWith(REDRIVEN));
      const again = redriven.map((id) => place.at(id).id);
      if (plain.length > 0) await commands.run('XACK', (redis) => redis.xack(stream, group, ...plain));
      if (again.length > 0) await place.script('ack-drop-1', [place.redriven], [group, ...again]);
    },
    bury: async (id, reason, tries) => {
      const at = place.at(id);
      const args = [group, consumer, at.id, reason, tries, isoTime(clock.now()), stream];
      await place.script('bury-2', [at.key, deadStream(stream, group)], args);
    },
    setTries: async (id, tries) => {
      const at = place.at(id);
      await place.script('set-tries-1', [at.key], [group, consumer, at.id, tries]);
    },
  };
};

/** One (stream, group, consumer) on Valkey; reads the shared stream and the group's redrive stream together. */
export const createValkeySource = (options: ValkeySourceOptions): EntrySource => {
  const place = createPlace(options);
  const reader = createReader(options);
  return {
    ...pendingPart(options, place),
    ...settlingPart(options, place),
    prepare: async () => {
      for (const key of place.keys) await makeGroup(options.commands, key, options.group);
    },
    read: async (count, blockMs) => {
      const found = readOf(await reader.read(place.keys, count, blockMs));
      const [first, ...more] = found;
      // Almost always the stream alone.
      if (more.length === 0 && first?.key === options.stream) return first.entries;
      return found.flatMap(({ key, entries }) =>
        entries.map((entry) => ({ ...entry, id: place.named(key, entry.id) })),
      );
    },
    interrupt: () => reader.interrupt(),
    close: () => reader.close(),
  };
};

import { redriveStream } from '../consumer/entry-source.js';
import type { DeadEntry, StreamBus } from '../stream-bus.js';
import type { Connection } from './connection.js';
import { entriesOf, numberOf, textOf, type StreamEntry } from './replies.js';
import { runScript } from './scripts.js';
import { makeGroup } from './valkey-source.js';

/** Lists looked for at once; there is one for each (stream, group). */
const MAX_LISTS = 10_000;

const toDead = ({ id, fields }: StreamEntry): DeadEntry => ({
  id,
  stream: fields['stream'] ?? '',
  group: fields['group'] ?? '',
  entryId: fields['entryId'] ?? '',
  reason: fields['reason'] ?? '',
  tries: Number(fields['tries'] ?? 0),
  at: fields['at'] ?? '',
  json: fields['json'] ?? '',
});

const scanLists = async (commands: Connection): Promise<readonly string[]> => {
  const found = new Set<string>();
  let cursor = '0';
  do {
    const [next, keys] = await commands.run('SCAN', (redis) =>
      redis.scan(cursor, 'MATCH', 'rig:dead:*', 'COUNT', 1_000),
    );
    for (const key of keys) found.add(key);
    cursor = textOf('SCAN', next);
  } while (cursor !== '0' && found.size < MAX_LISTS);
  return [...found].sort();
};

/** The part of the bus that deals with dead entries. */
export const createDeadLists = (
  commands: Connection,
): Pick<StreamBus, 'deadLists' | 'dead' | 'deadEntry' | 'redrive' | 'dropDead'> => ({
  deadLists: async () => {
    const lists: { list: string; entries: number }[] = [];
    for (const list of await scanLists(commands)) {
      lists.push({ list, entries: numberOf('XLEN', await commands.run('XLEN', (redis) => redis.xlen(list))) });
    }
    return lists.filter(({ entries }) => entries > 0);
  },
  dead: async (list, limit) =>
    entriesOf(await commands.run('XRANGE', (redis) => redis.xrange(list, '-', '+', 'COUNT', limit))).map(toDead),
  deadEntry: async (list, id) =>
    entriesOf(await commands.run('XRANGE', (redis) => redis.xrange(list, id, id))).map(toDead)[0],
  redrive: async (list, id) => {
    const [entry] = entriesOf(await commands.run('XRANGE', (redis) => redis.xrange(list, id, id)));
    if (entry === undefined) return false;
    const { stream, group, json } = toDead(entry);
    const key = redriveStream(stream, group);
    await makeGroup(commands, key, group);
    return (await commands.run('redrive-2', (redis) => runScript(redis, 'redrive-2', [list, key], [id, json]))) === 1;
  },
  dropDead: async (list, id) => (await commands.run('XDEL', (redis) => redis.xdel(list, id))) === 1,
});

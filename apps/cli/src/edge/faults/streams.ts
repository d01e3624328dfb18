import { silentLogger } from '@rig/kernel';
import { createValkeyStreamBus } from '@rig/stream-bus';
import { valkeyCommands } from '@rig/testkit';
import type { DeadLetter, Streams } from '../../flows/faults/world-parts.js';

const DEAD_READ = 1_000;
/** As the conductor's trimming has them. */
const KEEP_MS = 10 * 60_000;
const HARD_KEEP_MS = 24 * 3_600_000;

/** Marks the end of a stream as it is now, at another time. */
const MARK = `
local info = redis.call('XINFO', 'STREAM', KEYS[1])
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then redis.call('ZADD', KEYS[2], ARGV[1], info[i + 1]) end
end
return 1`;

const AT_LAST = `
local last = '0'
local info = redis.call('EXISTS', KEYS[1]) == 1 and redis.call('XINFO', 'STREAM', KEYS[1]) or {}
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then last = string.match(info[i + 1], '^%d+') end
end
redis.call('XADD', KEYS[1], last .. '-*', 'json', ARGV[1])
return 1`;

const LOST = `
local lost = 0
for _, pending in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 10000)) do
  if #redis.call('XRANGE', KEYS[1], pending[1], pending[1]) == 0 then lost = lost + 1 end
end
return lost`;

const trimMarks = (stream: string): string => `rig:trim:${stream.replace(/^rig:/, '')}`;

/** The streams, past every proxy; `close` ends the connection. */
export const createStreams = (url: string): Streams & { close(): Promise<void> } => {
  const bus = createValkeyStreamBus({ url, logger: silentLogger, connectionName: 'rig-faults' });
  return {
    add: async (stream, json) => {
      await valkeyCommands(new URL(url), [['XADD', stream, '*', 'json', json]]);
    },
    addAtLast: async (stream, json) => {
      await valkeyCommands(new URL(url), [['EVAL', AT_LAST, '1', stream, json]]);
    },
    lastPosition: bus.lastPosition,
    firstPosition: bus.firstPosition,
    groups: bus.groups,
    deadLetters: async () => {
      const found: DeadLetter[] = [];
      for (const { list } of await bus.deadLists()) {
        const entries = await bus.dead(list, DEAD_READ);
        found.push(...entries.map(({ id, reason, tries, json }) => ({ list, id, reason, tries, json })));
      }
      return found;
    },
    age: async (stream, ms) => {
      const at = String(Date.now() - ms);
      await valkeyCommands(new URL(url), [['EVAL', MARK, '2', stream, trimMarks(stream), at]]);
    },
    trim: (stream) => bus.trim(stream, KEEP_MS, HARD_KEEP_MS),
    lostPending: async (stream, group) => {
      const [lost = '0'] = await valkeyCommands(new URL(url), [['EVAL', LOST, '1', stream, group]]);
      return Number(lost);
    },
    close: bus.close,
  };
};

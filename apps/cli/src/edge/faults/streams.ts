import { silentLogger } from '@rig/kernel';
import { createValkeyStreamBus } from '@rig/stream-bus';
import { valkeyCommands } from '@rig/testkit';
import type { DeadLetter, Streams } from '../../flows/faults/world-parts.js';

const DEAD_READ = 1_000;

/** The streams, past every proxy; `close` ends the connection. */
export const createStreams = (url: string): Streams & { close(): Promise<void> } => {
  const bus = createValkeyStreamBus({ url, logger: silentLogger, connectionName: 'rig-faults' });
  return {
    add: async (stream, json, id = '*') => {
      await valkeyCommands(new URL(url), [['XADD', stream, id, 'json', json]]);
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
    close: bus.close,
  };
};

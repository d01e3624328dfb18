import { aliveKey } from '@rig/contracts';
import { locate } from '../consumer/entry-source.js';
import type { StreamBus } from '../stream-bus.js';
import type { Connection } from './connection.js';
import { leaseOf } from './replies.js';
import { runScript } from './scripts.js';

export const ownerConsumer = (owner: string): string => owner.split('/')[0] ?? owner;

/** Leases by the server's own clock, so that workers' clocks do not matter. */
export const createLeases = (
  commands: Connection,
): Pick<StreamBus, 'renewLease' | 'readLease' | 'endLease' | 'markAlive' | 'alive' | 'claimName'> => ({
  renewLease: async ({ key, fence, owner, ttlMs, entry }) => {
    const at = entry === undefined ? { key, id: '' } : locate(entry.stream, entry.group, entry.id);
    const args = [fence, owner, ttlMs, entry?.group ?? '', entry?.consumer ?? ownerConsumer(owner), at.id];
    return (await commands.run('renewing', (redis) => runScript(redis, 'renew-lease-2', [key, at.key], args))) === 1;
  },
  readLease: async (key) =>
    leaseOf(await commands.run('reading a lease', (redis) => runScript(redis, 'read-lease-1', [key], []))),
  endLease: async (key, fence) => {
    await commands.run('ending a lease', (redis) => runScript(redis, 'end-lease-1', [key], [fence]));
  },
  markAlive: async (name, ttlMs) => {
    await commands.run('saying that it lives', (redis) => redis.set(aliveKey(name), '1', 'PX', ttlMs));
  },
  claimName: async (key, owner, ttlMs) => {
    const before = await commands.run('claiming a name', (redis) => redis.set(key, owner, 'PX', ttlMs, 'GET'));
    return before === null || before === owner ? undefined : before;
  },
  alive: async (name) => (await commands.run('EXISTS', (redis) => redis.exists(aliveKey(name)))) === 1,
});

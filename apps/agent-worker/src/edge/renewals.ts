import type { ConductorClient } from '@rig/agent-kit';
import { leaseKey, type TaskBrief } from '@rig/contracts';
import { withDeadline } from '@rig/kernel';
import type { StreamBus } from '@rig/stream-bus';
import type { Renewed } from '../flows/keep-lease.js';

const BUS_MS = 5_000;

/** Renews through the conductor: 4xx means that the fence is not current. */
export const renewByHttp = async (conductor: ConductorClient, brief: TaskBrief): Promise<Renewed> => {
  try {
    const renewed = await conductor.renew(brief.taskId, { agentId: brief.agent, fence: brief.fence });
    return renewed.ok ? 'held' : 'lost';
  } catch {
    return 'unknown';
  }
};

export interface PendingEntry {
  readonly stream: string;
  readonly group: string;
  readonly id: string;
}

/**
 * Renews lease and pending entry on the bus. When the bus says no, the conductor decides: an entry may have gone with a
 * wiped bus, or to a neighbour while this machine slept, and the fence may still be ours.
 */
export const renewOnBus = async (
  bus: StreamBus,
  conductor: ConductorClient,
  owner: string,
  brief: TaskBrief,
  entry: PendingEntry,
): Promise<Renewed> => {
  const lease = { key: leaseKey(brief.taskId, brief.agent), fence: brief.fence, owner, ttlMs: brief.leaseMs, entry };
  try {
    if (await withDeadline('renewing a lease', BUS_MS, () => bus.renewLease(lease))) return 'held';
  } catch {
    return 'unknown';
  }
  return (await renewByHttp(conductor, brief)) === 'held' ? 'held' : 'lost';
};

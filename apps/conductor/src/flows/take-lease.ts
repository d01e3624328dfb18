import { leaseKey } from '@rig/contracts';
import type { StreamBus } from '@rig/stream-bus';

/** Longer than any worker waits between two renewals, in milliseconds. */
const TAKEN_MS = 60_000;

/**
 * Takes the lease of a task that was taken back, under the position of the event that did it: a newer fence than the
 * worker's, so its next renewal is refused and it ends the run.
 */
export const createTakeLease =
  (bus: Pick<StreamBus, 'renewLease'>) =>
  async (taskId: string, agent: string, position: number): Promise<void> => {
    await bus.renewLease({ key: leaseKey(taskId, agent), fence: position, owner: 'conductor', ttlMs: TAKEN_MS });
  };

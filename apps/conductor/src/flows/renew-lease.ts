import type { Renewal } from '@rig/contracts';
import { accept, type Refusal, type Result } from '@rig/kernel';
import type { CheckFence } from './check-fence.js';
import { LEASE_MS, type LeaseOf } from './start-attempt.js';

export interface RenewLeaseDeps {
  readonly checkFence: CheckFence;
  openLease(of: LeaseOf, fence: number, owner: string): Promise<void>;
}

/** Renews an attempt's lease for a worker that has no stream connection. Only the current fence is served. */
export const createRenewLease =
  ({ checkFence, openLease }: RenewLeaseDeps) =>
  async (taskId: string, agentId: string, fence: number): Promise<Result<Renewal, Refusal>> => {
    const current = await checkFence(taskId, agentId, fence);
    if (!current.ok) return current;
    const { worker } = current.value;
    await openLease(current.value, fence, `${worker?.name ?? agentId}/${worker?.incarnation ?? ''}`);
    return accept({ leaseMs: LEASE_MS });
  };

export type RenewLease = ReturnType<typeof createRenewLease>;

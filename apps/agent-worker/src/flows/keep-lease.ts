import type { Clock } from '@rig/kernel';

/** What a renewal says: `unknown` when nobody could be asked. */
export type Renewed = 'held' | 'lost' | 'unknown';

export interface KeepLeaseOptions {
  /** How long the lease lives without renewal, in milliseconds; renewed every third of it, at most every 10 s. */
  readonly leaseMs: number;
  renew(): Promise<Renewed>;
  readonly clock: Clock;
  /** Called once, with the lease gone. */
  onLost(): void;
}

const MAX_PERIOD_MS = 10_000;
/**
 * Lease times that may pass without an answer. The lease is watched by observation, and the fence guards every push and
 * report, so a bus that is away for a minute must not throw hours of work away.
 */
const UNKNOWN_LEASES = 4;

/** Renews a lease from now on until the returned function is called. */
export const keepLease = ({ leaseMs, renew, clock, onLost }: KeepLeaseOptions): (() => Promise<void>) => {
  const done = new AbortController();
  const run = async (): Promise<void> => {
    let heldAt = clock.now();
    while (!done.signal.aborted) {
      const renewed = await renew();
      if (done.signal.aborted) return;
      if (renewed === 'held') heldAt = clock.now();
      if (renewed === 'lost' || clock.now() - heldAt > UNKNOWN_LEASES * leaseMs) return onLost();
      await clock.sleep(Math.min(leaseMs / 3, MAX_PERIOD_MS), done.signal);
    }
  };
  const running = run();
  return async () => {
    done.abort();
    await running;
  };
};

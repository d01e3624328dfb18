import { leaseKey } from '@rig/contracts';
import type { Clock } from '@rig/kernel';
import type { StreamBus } from '@rig/stream-bus';
import { emptyWatch, liveAttempts, observeLeases, type LeaseReading, type LeaseWatch } from '../core/leases.js';
import type { Intent } from '../core/intent.js';
import { refusedUntil } from '../core/refusals.js';
import type { Desk } from './desk.js';
import type { SendIntents } from './send-intents.js';

export interface WatchLeasesDeps {
  readonly desk: Desk;
  readonly bus: Pick<StreamBus, 'readLease' | 'alive'>;
  readonly send: SendIntents;
  readonly clock: Clock;
  mayPropose(): boolean;
}

/** The service that renews the leases of workers that speak HTTP, and commits what is reported. */
const CONDUCTOR = 'conductor';
/** Leases read at the same time. */
const READ_AT_ONCE = 64;

const readLeases = async ({ desk, bus }: WatchLeasesDeps): Promise<readonly LeaseReading[]> => {
  const attempts = liveAttempts(desk.board);
  const readings: LeaseReading[] = [];
  for (let from = 0; from < attempts.length; from += READ_AT_ONCE) {
    const some = attempts.slice(from, from + READ_AT_ONCE);
    const leases = await Promise.all(some.map(({ taskId, agent }) => bus.readLease(leaseKey(taskId, agent))));
    readings.push(...some.map((attempt, index) => ({ attempt, leaseFence: leases[index]?.fence })));
  }
  return readings;
};

const isNews = ({ board, inFlight }: Desk, intent: Intent, now: number): boolean => {
  if (inFlight.has(intent.key)) return false;
  const refusals = (board.issues.get(intent.subject) ?? board.pulls.get(intent.subject))?.refusals ?? {};
  return refusedUntil(refusals, 'ATTEMPT_LOST', now) === undefined;
};

/**
 * One pass over the leases of running attempts; what was silent for too long is reported as lost.
 * Outcomes: `lost`, `watched`, `waiting` (may not propose), `blind` (the conductor is not alive).
 */
export const createWatchLeases = (deps: WatchLeasesDeps): (() => Promise<'lost' | 'watched' | 'waiting' | 'blind'>) => {
  const { desk, bus, send, clock, mayPropose } = deps;
  let watch: LeaseWatch = emptyWatch;
  return async () => {
    if (!mayPropose()) return 'waiting';
    const alive = await bus.alive(CONDUCTOR);
    const readings = alive ? await readLeases(deps) : [];
    const seen = observeLeases(watch, readings, alive, clock.now());
    watch = seen.watch;
    if (!alive) return 'blind';
    // The reads took time: an answer or the end of the leadership may have come meanwhile.
    const lost = seen.lost.filter((intent) => isNews(desk, intent, clock.now()));
    if (lost.length === 0 || !mayPropose()) return 'watched';
    await send(lost);
    return 'lost';
  };
};

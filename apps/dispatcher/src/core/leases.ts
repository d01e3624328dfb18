import type { Board } from './board.js';
import { lostKey, type Intent } from './intent.js';
import type { LiveTask } from './task-table.js';

/** A started attempt of a live task. */
export type LiveAttempt = LiveTask & { readonly fence: number };

export const liveAttempts = (board: Board): readonly LiveAttempt[] =>
  [...board.tasks.values()].flatMap((task) => (task.fence === null ? [] : [{ ...task, fence: task.fence }]));

/** What was seen of the leases so far. */
export interface LeaseWatch {
  /** Time of the last pass, milliseconds since 1970; null before the first and after a pass that could not see. */
  readonly lastPass: number | null;
  /** Since when an attempt's lease is absent, by `lostKey`. */
  readonly absentSince: ReadonlyMap<string, number>;
}

export const emptyWatch: LeaseWatch = { lastPass: null, absentSince: new Map() };

/**
 * A lease absent for so long, under observation, means that the attempt is lost, in milliseconds. With the 15 s that a
 * lease lives, an attempt is lost about 30 s after its last renewal; a live worker renews every 5 s, so a wiped store
 * costs none.
 */
export const LOST_AFTER_MS = 16_000;
/** Two passes further apart are no observation: a lease could have been there in between. In milliseconds. */
export const OBSERVATION_GAP_MS = 10_000;

export interface LeaseReading {
  readonly attempt: LiveAttempt;
  /** Fence of the lease that was found; undefined when there was none. */
  readonly leaseFence: number | undefined;
}

/**
 * One pass over the leases of all live attempts. The absence of a lease counts from the first pass that saw it, and
 * only while passes follow each other closely; a pass in which the conductor is not alive starts everything anew,
 * because leases renewed through it cannot be renewed then.
 */
export const observeLeases = (
  watch: LeaseWatch,
  readings: readonly LeaseReading[],
  conductorAlive: boolean,
  now: number,
): { readonly watch: LeaseWatch; readonly lost: readonly Intent[] } => {
  if (!conductorAlive) return { watch: emptyWatch, lost: [] };
  const continued = watch.lastPass !== null && now - watch.lastPass <= OBSERVATION_GAP_MS;
  const absentSince = new Map<string, number>();
  const lost: Intent[] = [];
  for (const { attempt, leaseFence } of readings) {
    const { taskId, fence, subject } = attempt;
    if (leaseFence !== undefined && leaseFence >= fence) continue;
    const key = lostKey(taskId, fence);
    const since = (continued ? watch.absentSince.get(key) : undefined) ?? now;
    absentSince.set(key, since);
    if (now - since < LOST_AFTER_MS) continue;
    const reason = `the lease ran out ${Math.round((now - since) / 1_000)} s ago and was not renewed`;
    lost.push({ kind: 'attempt-lost', key, subject, taskId, fence, reason });
  }
  return { watch: { lastPass: now, absentSince }, lost };
};

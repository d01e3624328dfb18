import type { StreamState } from '../../core/deploy/keda/reading.js';

/** A worker's pod as far as its stream sees it. */
export interface Pod {
  /** Entries that it holds and has not acknowledged. */
  readonly busy: number;
  /** Entries that it may hold. */
  readonly places: number;
  /** Whether a pod for one task has had it, or found none. */
  readonly ended: boolean;
  /** Ends one task it works on; a pod with a free place takes the next. */
  finish(): void;
  /** The pod is ended from outside; what it worked on is lost. */
  kill(): Promise<void>;
}

/** What a rehearsal plays on: one agent's stream on a real Valkey, read by Rig's own consumer. */
export interface Stage {
  /** Entries as the relay writes them. */
  offer(count: number): Promise<void>;
  state(): Promise<StreamState>;
  /** @param places  tasks at once (RIG_CONCURRENCY) */
  start(options: { readonly oneTask: boolean; readonly places: number }): Promise<Pod>;
  /** Resolves once the condition holds; the numbers follow the consumers by milliseconds. */
  until(what: string, condition: () => Promise<boolean>): Promise<void>;
  /** Ends all pods. */
  close(): Promise<void>;
}

/** One look at the stream, with the pods there were. */
export interface TracePoint {
  readonly atSeconds: number;
  readonly lag: number;
  readonly pending: number;
  readonly pods: number;
  readonly busy: number;
}

export interface RehearsalResult {
  readonly trace: readonly TracePoint[];
  /** What should not have happened, a line each. */
  readonly findings: readonly string[];
  /** What was proven, a line each. */
  readonly proven: readonly string[];
}

/** Something that happens at a time of the rehearsal. */
export interface Cue {
  readonly atSeconds: number;
  readonly offers?: number;
  readonly finishes?: number;
}

export const busyOf = (pods: readonly Pod[]): number => pods.reduce((sum, { busy }) => sum + busy, 0);

const full = (pods: readonly Pod[]): boolean => pods.every(({ busy, places }) => busy === places);

/**
 * Entries lie with whoever could take one: nothing is on its way between the stream and an idle pod.
 * @param lost  entries whose pod was ended, which stay pending with nobody
 */
export const settled = (stage: Stage, pods: readonly Pod[], lost = 0): Promise<void> =>
  stage.until('every idle pod has taken what waits', async () => {
    const { group } = await stage.state();
    const alive = pods.filter(({ ended }) => !ended);
    return (group?.lag ?? 0) === 0 ? busyOf(alive) + lost === group?.pending : full(alive);
  });

import type { Clock } from '@rig/kernel';
import type { Pauses } from '@rig/policy';

/** How long what was read is good enough where the append looks again, in milliseconds. */
const KEEP_MS = 1_000;

export interface PausesInForce {
  /** As the log has them now. */
  now(): Promise<Pauses>;
  /** At most a second old; pauses made by this process are in it at once. */
  recent(): Promise<Pauses>;
  /** This process has just changed one. */
  changed(): void;
}

/** Pauses are asked for with every assignment and every start, and hardly ever change. */
export const createPausesInForce = (read: () => Promise<Pauses>, clock: Clock): PausesInForce => {
  let kept: { readonly at: number; readonly pauses: Promise<Pauses> } | undefined;
  return {
    now: read,
    recent: () => {
      if (kept !== undefined && clock.now() - kept.at < KEEP_MS) return kept.pauses;
      const pauses = read();
      kept = { at: clock.now(), pauses };
      pauses.catch(() => {
        kept = undefined;
      });
      return pauses;
    },
    changed: () => {
      kept = undefined;
    },
  };
};

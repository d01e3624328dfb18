import type { Clock } from '@rig/kernel';
import type { PullState } from '../core/pull/pull-state.js';
import type { SweepOutcome } from './sweep-outcome.js';

export interface SweepMergesDeps {
  openPulls(): Promise<readonly PullState[]>;
  /** Puts the merge of a pull request on the queue again. */
  mergeAgain(pull: PullState): Promise<void>;
  readonly clock: Clock;
}

/** A merge that was requested is asked for again when no answer came for so long, in milliseconds. */
const MERGE_PATIENCE_MS = 60_000;

/** Asks again for merges whose job was lost. Remembers since when each has been waiting, by this process's clock. */
export const createSweepMerges = ({ openPulls, mergeAgain, clock }: SweepMergesDeps) => {
  const since = new Map<string, number>();
  return async (): Promise<SweepOutcome> => {
    const merging = (await openPulls()).filter((pull) => pull.merging !== null);
    const keys = new Set(merging.map((pull) => `${pull.repo}/${pull.number}/${pull.merging}`));
    for (const key of since.keys()) if (!keys.has(key)) since.delete(key);
    let mended = 0;
    for (const pull of merging) {
      const key = `${pull.repo}/${pull.number}/${pull.merging}`;
      const first = since.get(key) ?? clock.now();
      since.set(key, first);
      if (clock.now() - first < MERGE_PATIENCE_MS) continue;
      await mergeAgain(pull);
      since.set(key, clock.now());
      mended += 1;
    }
    return mended > 0 ? 'mended' : 'idle';
  };
};

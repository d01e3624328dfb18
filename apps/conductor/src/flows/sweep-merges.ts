import type { Clock } from '@rig/kernel';
import type { PullState } from '../core/pull/pull-state.js';
import { createPatience } from './patience.js';
import type { Mended } from './sweep.js';

export interface SweepMergesDeps {
  openPulls(): Promise<readonly PullState[]>;
  /** Puts the merge of a pull request on the queue again. */
  mergeAgain(pull: PullState): Promise<void>;
  readonly clock: Clock;
}

/** A merge that was requested is asked for again when no answer came for so long, in milliseconds. */
const MERGE_PATIENCE_MS = 60_000;

const keyOf = (pull: PullState): string => `${pull.repo}/${pull.number}/${pull.merging}`;

/** Asks again for merges whose job was lost. */
export const createSweepMerges = ({ openPulls, mergeAgain, clock }: SweepMergesDeps) => {
  const overdue = createPatience(clock, MERGE_PATIENCE_MS);
  return async (): Promise<Mended> => {
    const merging = (await openPulls()).filter((pull) => pull.merging !== null);
    const late = overdue(merging.map(keyOf));
    for (const pull of merging) if (late.has(keyOf(pull))) await mergeAgain(pull);
    return [...late];
  };
};

import type { PullState } from '../core/pull/pull-state.js';
import { worthAsking, type EvaluateMerge } from './evaluate-merge.js';
import type { SweepOutcome } from './sweep-outcome.js';

export interface SweepGateDeps {
  readonly evaluate: EvaluateMerge;
  openPulls(): Promise<readonly PullState[]>;
}

/** Evaluates the gate of every approved pull request again, in case an event about it was missed. */
export const createSweepGate =
  ({ evaluate, openPulls }: SweepGateDeps) =>
  async (signal: AbortSignal): Promise<SweepOutcome> => {
    let mended = 0;
    for (const pull of (await openPulls()).filter(worthAsking)) {
      if (signal.aborted) break;
      if ((await evaluate(pull.repo, pull.number)) === 'requested') mended += 1;
    }
    return mended > 0 ? 'mended' : 'idle';
  };

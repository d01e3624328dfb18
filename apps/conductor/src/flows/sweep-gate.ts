import { backoff, type Clock } from '@rig/kernel';
import type { PullState } from '../core/pull/pull-state.js';
import { worthAsking, type EvaluateMerge } from './evaluate-merge.js';
import type { Mended } from './sweep.js';

export interface SweepGateDeps {
  readonly evaluate: EvaluateMerge;
  openPulls(): Promise<readonly PullState[]>;
  readonly clock: Clock;
}

/** Pauses between two looks at a pull request that does not change: each look costs a dozen calls to the forge. */
const PAUSE = { baseMs: 10_000, maxMs: 600_000 };

const keyOf = ({ repo, number, version }: PullState): string => `${repo}#${number}@${version}`;

/** Evaluates the gate of every approved pull request again, in case an event about it was missed. */
export const createSweepGate = ({ evaluate, openPulls, clock }: SweepGateDeps) => {
  let looks = new Map<string, { readonly count: number; readonly at: number }>();
  return async (signal: AbortSignal): Promise<Mended> => {
    const waiting = (await openPulls()).filter(worthAsking);
    looks = new Map(waiting.map((pull) => [keyOf(pull), looks.get(keyOf(pull)) ?? { count: 0, at: 0 }]));
    const mended: string[] = [];
    for (const pull of waiting) {
      if (signal.aborted) break;
      const { count, at } = looks.get(keyOf(pull)) ?? { count: 0, at: 0 };
      if (count > 0 && clock.now() - at < backoff(count - 1, PAUSE)) continue;
      looks.set(keyOf(pull), { count: count + 1, at: clock.now() });
      if ((await evaluate(pull.repo, pull.number)) === 'requested') mended.push(`${pull.repo}#${pull.number}`);
    }
    return mended;
  };
};

import { pullSubject } from '@rig/contracts';
import type { Forge } from '@rig/forge';
import { derivedId, isoTime, type Clock } from '@rig/kernel';
import type { PullState } from '../core/pull/pull-state.js';
import type { ObservePull } from './observe-pull.js';
import { pullFromForge } from './observe-pull.js';
import type { ObserveReview } from './observe-review.js';
import { createPatience } from './patience.js';
import type { Mended } from './sweep.js';

export interface SweepStalePullsDeps {
  readonly forge: Pick<Forge, 'pull' | 'reviews' | 'defaultBranch'>;
  /** Open pull requests that agents wrote. */
  openPulls(): Promise<readonly PullState[]>;
  readonly observePull: ObservePull;
  readonly observeReview: ObserveReview;
  readonly clock: Clock;
}

/** A pull request that nobody works on and that has not changed for so long, in milliseconds, is looked at again. */
const STALE_MS = 30_000;
/** The longest pause between two looks at one that does not change: it may wait for a person for days. */
const MAX_PAUSE_MS = 600_000;
/** Pull requests read in one pass: bounds what the sweep takes of the forge's rate budget. */
const MAX_PER_PASS = 10;

const keyOf = ({ repo, number, version }: PullState): string => `${repo}#${number}@${version}`;

/** Reads waiting pull requests from the forge, in case a delivery about them never came. */
export const createSweepStalePulls = (deps: SweepStalePullsDeps) => {
  const { forge, openPulls, observePull, observeReview, clock } = deps;
  const overdue = createPatience(clock, STALE_MS, MAX_PAUSE_MS);
  const actor = { kind: 'service' as const, id: 'conductor' };
  let left: readonly PullState[] = [];

  const look = async (known: PullState): Promise<boolean> => {
    const { repo, number } = known;
    const pull = await forge.pull(repo, number);
    if (pull === undefined) return false;
    const id = derivedId('sweep', pullSubject(repo, number), known.version, pull.headSha, pull.updatedAt, pull.state);
    const seen = pullFromForge(pull, await forge.defaultBranch(repo), 'swept', pull.mergedBy ?? pull.author);
    const outcome = await observePull({ id, actor }, seen);
    const unknown = (await forge.reviews(repo, number)).filter(
      ({ id: reviewId, state }) => known.reviews[reviewId]?.state !== state && !known.comments.includes(reviewId),
    );
    for (const review of unknown) {
      const submitted = { ...review, submittedAt: isoTime(Date.parse(review.submittedAt)) };
      const cause = { id: derivedId(id, review.id, review.state), actor };
      await observeReview.review(cause, {
        kind: 'review',
        repo,
        number,
        action: 'swept',
        actor: review.by,
        review: submitted,
      });
    }
    return outcome.status === 'committed' && outcome.events.length > 0;
  };

  return async (signal: AbortSignal): Promise<Mended> => {
    const waiting = (await openPulls()).filter((pull) => pull.review === null && pull.fix === null);
    const late = overdue(waiting.map(keyOf));
    const stillThere = new Set(waiting.map(keyOf));
    // Those for whom there was no room in the pass before come first.
    const due = [
      ...left.filter((pull) => stillThere.has(keyOf(pull))),
      ...waiting.filter((pull) => late.has(keyOf(pull))),
    ];
    const unique = [...new Map(due.map((pull) => [keyOf(pull), pull])).values()];
    left = unique.slice(MAX_PER_PASS);
    const mended: string[] = [];
    for (const pull of unique.slice(0, MAX_PER_PASS)) {
      if (signal.aborted) break;
      if (await look(pull)) mended.push(`${pull.repo}#${pull.number}`);
    }
    return mended;
  };
};

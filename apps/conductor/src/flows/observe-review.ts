import { derivedId } from '@rig/kernel';
import type { ReviewObservation, ThreadObservation } from '../core/github/observation.js';
import { decideReviewObservation } from '../core/pull/decide-review-observation.js';
import { decideThreadObservation } from '../core/pull/decide-thread-observation.js';
import { askForge } from './ask-forge.js';
import type { Cause, CommitOutcome } from './commit-decision.js';
import type { ObserveDeps } from './observe-issue.js';
import { pullFromForge, type ObservePull } from './observe-pull.js';
import { createTakeThreads } from './take-threads.js';
import type { TrustReviewer } from './trust-reviewer.js';

export interface ObserveReviewDeps extends ObserveDeps {
  readonly observePull: ObservePull;
  readonly trusted: TrustReviewer;
}

/** A review may arrive before its pull request; then the pull request is fetched first. */
const createEnsurePull =
  ({ load, forge, observePull }: ObserveReviewDeps) =>
  async (cause: Cause, repo: string, number: number, actor: string): Promise<void> => {
    const { pull: known } = await load.pull(repo, number);
    if (known !== undefined) return;
    const fetched = await askForge(forge, async (asking) => {
      const pull = await asking.pull(repo, number);
      return pull && { pull, defaultBranch: await asking.defaultBranch(repo) };
    });
    if (fetched === undefined) return;
    const seen = pullFromForge(fetched.pull, fetched.defaultBranch, 'opened', actor);
    await observePull({ ...cause, id: derivedId(cause.id, 'pull') }, seen);
  };

/** Takes reviews and threads. A thread has no time, so its current state is read from the forge where it can be. */
export const createObserveReview = (deps: ObserveReviewDeps) => {
  const { commit, load, forge, trusted, policyFor } = deps;
  const ensurePull = createEnsurePull(deps);

  const takeThread = (cause: Cause, seen: ThreadObservation): Promise<CommitOutcome> =>
    commit({
      cause: { ...cause, id: derivedId(cause.id, seen.thread.id, String(seen.thread.resolved)) },
      load: () => load.pull(seen.repo, seen.number),
      decide: (world) => decideThreadObservation(world, seen),
    });

  const takeCurrentThreads = createTakeThreads(deps);

  const takeReview = (cause: Cause, seen: ReviewObservation): Promise<CommitOutcome> =>
    commit({
      cause,
      load: () => load.pull(seen.repo, seen.number),
      decide: (world) => decideReviewObservation(world, seen, policyFor(seen.repo).reviewRounds),
    });

  /** A dismissal that came before the verdict it takes back found nothing to dismiss: the verdict must not stand. */
  const takeDismissal = async (cause: Cause, seen: ReviewObservation): Promise<void> => {
    if (seen.review.state !== 'approved' && seen.review.state !== 'changes-requested') return;
    const reviews = await askForge(forge, (asking) => asking.reviews(seen.repo, seen.number));
    if (reviews?.find(({ id }) => id === seen.review.id)?.state !== 'dismissed') return;
    const dismissed = { ...seen, review: { ...seen.review, state: 'dismissed' as const } };
    await takeReview({ ...cause, id: derivedId(cause.id, 'dismissed') }, dismissed);
  };

  /** A verdict of someone whose word does not count here is a comment. */
  const weigh = async (seen: ReviewObservation): Promise<ReviewObservation> => {
    const verdict = seen.review.state === 'approved' || seen.review.state === 'changes-requested';
    if (!verdict || (await trusted(seen.repo, seen.review.by))) return seen;
    return { ...seen, review: { ...seen.review, state: 'commented' } };
  };

  const review = async (cause: Cause, observed: ReviewObservation): Promise<CommitOutcome> => {
    const seen = await weigh(observed);
    await ensurePull(cause, seen.repo, seen.number, seen.actor);
    await takeCurrentThreads(cause, seen.repo, seen.number, seen.review.by);
    const outcome = await takeReview(cause, seen);
    await takeDismissal(cause, seen);
    return outcome;
  };

  const thread = async (cause: Cause, seen: ThreadObservation): Promise<CommitOutcome> => {
    await ensurePull(cause, seen.repo, seen.number, seen.actor);
    const taken = await takeCurrentThreads(cause, seen.repo, seen.number, seen.actor);
    return taken ? { status: 'committed', events: [] } : takeThread(cause, seen);
  };

  return { review, thread };
};

export type ObserveReview = ReturnType<typeof createObserveReview>;

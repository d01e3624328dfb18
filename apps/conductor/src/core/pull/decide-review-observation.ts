import { pullSubject, type RigEventBody } from '@rig/contracts';
import { accept, refuse } from '@rig/kernel';
import type { Decision, World } from '../decision.js';
import type { CheckObservation, ReviewObservation, ThreadObservation } from '../github/observation.js';
import { checksOf, type PullState } from './pull-state.js';

const unknownPull = (number: number): Decision =>
  refuse({ code: 'PULL_UNKNOWN', message: `pull request #${number} is not in the log` });

const propose = (pull: PullState, bodies: readonly RigEventBody[]): Decision =>
  accept(bodies.map((body) => ({ subject: pullSubject(pull.repo, pull.number), body })));

/** A review is known by its id: the same verdict twice changes nothing, a dismissal ends it for good. */
export const decideReviewObservation = (world: World, seen: ReviewObservation): Decision => {
  const pull = world.pull;
  if (pull === undefined) return unknownPull(seen.number);
  const { id, by, state, headSha, body, submittedAt } = seen.review;
  const known = pull.reviews[id];
  const data = { reviewId: id, by, headSha, body, submittedAt };
  switch (state) {
    case 'approved':
      return propose(pull, known === undefined ? [{ type: 'REVIEW_APPROVED', data }] : []);
    case 'changes-requested':
      return propose(pull, known === undefined ? [{ type: 'REVIEW_CHANGES_REQUESTED', data }] : []);
    case 'commented':
      return propose(pull, body === '' ? [] : [{ type: 'REVIEW_COMMENTED', data }]);
    case 'dismissed': {
      const dismissed: RigEventBody = { type: 'REVIEW_DISMISSED', data: { reviewId: id, by: seen.actor } };
      return propose(pull, known === undefined || known.state === 'dismissed' ? [] : [dismissed]);
    }
  }
};

/** Threads carry no time of their own: the caller passes the current state read from the forge where it can. */
export const decideThreadObservation = (world: World, seen: ThreadObservation): Decision => {
  const pull = world.pull;
  if (pull === undefined) return unknownPull(seen.number);
  const { id, resolved, path, by, body } = seen.thread;
  const known = pull.threads[id];
  const openedNow: RigEventBody = { type: 'REVIEW_THREAD_OPENED', data: { threadId: id, path, by, body } };
  const resolvedNow: RigEventBody = { type: 'REVIEW_THREAD_RESOLVED', data: { threadId: id, by: seen.actor } };
  if (known === undefined) return propose(pull, resolved ? [openedNow, resolvedNow] : [openedNow]);
  if (known.resolved === resolved) return propose(pull, []);
  return propose(pull, [resolved ? resolvedNow : openedNow]);
};

/** Later runs of a check have larger ids, so the largest id counts, whatever the order of arrival. */
const supersedes = (runId: string, known: string): boolean =>
  runId.length === known.length ? runId >= known : runId.length > known.length;

/** A check's state on a commit. Refusal STALE: a later run, or a later state of this run, is known. */
export const decideCheckObservation = (world: World, number: number, seen: CheckObservation): Decision => {
  const pull = world.pull;
  if (pull === undefined) return unknownPull(number);
  const { name, runId, state, conclusion, summary } = seen.check;
  const known = checksOf(pull, seen.headSha)[name];
  if (known !== undefined) {
    const older = !supersedes(runId, known.runId) || (runId === known.runId && state === 'pending');
    if (older && known.state !== state)
      return refuse({ code: 'STALE', message: `run ${known.runId} of ${name} is further` });
    if (known.runId === runId && known.state === state) return propose(pull, []);
    if (older) return propose(pull, []);
  }
  const data = { headSha: seen.headSha, check: name, runId };
  switch (state) {
    case 'pending':
      return propose(pull, [{ type: 'CI_STARTED', data }]);
    case 'passed':
      return propose(pull, [{ type: 'CI_PASSED', data }]);
    case 'failed':
      return propose(pull, [{ type: 'CI_FAILED', data: { ...data, conclusion: conclusion ?? 'failure', summary } }]);
  }
};

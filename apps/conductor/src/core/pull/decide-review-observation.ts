import type { EventDataOf, RigEventBody } from '@rig/contracts';
import { accept } from '@rig/kernel';
import type { Decision, World } from '../decision.js';
import type { ReviewObservation } from '../github/observation.js';
import { blockIssue } from '../issue/block-issue.js';
import { propose, unknownPull } from './propose-on-pull.js';
import type { PullState } from './pull-state.js';

/** One round more than the policy allows is for a person to settle. */
const changesRequested = (
  world: World,
  pull: PullState,
  data: EventDataOf<'REVIEW_CHANGES_REQUESTED'>,
  reviewRounds: number,
): Decision => {
  const asked = propose(pull, [{ type: 'REVIEW_CHANGES_REQUESTED', data }]);
  if (!asked.ok || pull.agent === null || pull.rounds < reviewRounds) return asked;
  const message = `the review asked for changes ${pull.rounds + 1} times; ${reviewRounds} rounds are allowed`;
  return accept([...asked.value, ...blockIssue(world, 'REVIEW_ROUNDS_EXHAUSTED', message)]);
};

/**
 * A review is known by its id: the same verdict twice changes nothing, a dismissal ends it for good.
 * @param reviewRounds  rounds of changes that the policy allows
 */
export const decideReviewObservation = (world: World, seen: ReviewObservation, reviewRounds: number): Decision => {
  const pull = world.pull;
  if (pull === undefined) return unknownPull(seen.number);
  const { id, by, state, headSha, body, submittedAt } = seen.review;
  const known = pull.reviews[id];
  const data = { reviewId: id, by, headSha, body, submittedAt };
  switch (state) {
    case 'approved':
      return propose(pull, known === undefined ? [{ type: 'REVIEW_APPROVED', data }] : []);
    case 'changes-requested':
      return known === undefined ? changesRequested(world, pull, data, reviewRounds) : propose(pull, []);
    case 'commented':
      return propose(pull, body === '' || pull.comments.includes(id) ? [] : [{ type: 'REVIEW_COMMENTED', data }]);
    case 'dismissed': {
      const dismissed: RigEventBody = { type: 'REVIEW_DISMISSED', data: { reviewId: id, by: seen.actor } };
      return propose(pull, known === undefined || known.state === 'dismissed' ? [] : [dismissed]);
    }
  }
};

import type { RigEventBody } from '@rig/contracts';
import type { Decision, World } from '../decision.js';
import type { ReviewObservation } from '../github/observation.js';
import { propose, unknownPull } from './propose-on-pull.js';

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

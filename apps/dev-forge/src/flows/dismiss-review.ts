import type { Repo, Review } from '../core/model.js';
import { reviewEventJson } from '../core/payloads/review.js';
import type { Deps } from './deps.js';
import { emitEvent } from './emit-event.js';
import { issueOf, simplePullPart } from './pull-event.js';
import { touchIssue } from './touch-issue.js';

/** Takes a review's opinion away. */
export const dismissReview = (deps: Deps, repo: Repo, review: Review, sender: string): Review => {
  const changed = deps.world.reviews.put({ ...review, state: 'DISMISSED', updatedAt: deps.time() });
  touchIssue(deps, issueOf(deps, repo, review.number));
  const parts = { review: reviewEventJson(deps.view, repo, changed), ...simplePullPart(deps, repo, review.number) };
  emitEvent(deps, { repo, event: 'pull_request_review', action: 'dismissed', sender, parts });
  return changed;
};

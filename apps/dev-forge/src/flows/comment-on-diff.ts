import type { Pull, Repo, Review, ReviewComment } from '../core/model.js';
import { reviewCommentJson } from '../core/payloads/review.js';
import type { Json } from '../core/payloads/view.js';
import type { Deps } from './deps.js';
import { emitEvent } from './emit-event.js';
import { issueOf, simplePullPart } from './pull-event.js';
import { addComment, placeComments, type NewReviewComment } from './submit-review.js';
import { touchIssue } from './touch-issue.js';

const tell = (deps: Deps, repo: Repo, row: ReviewComment, action: string, sender: string, extra: Json = {}): void => {
  const parts = {
    ...extra,
    comment: reviewCommentJson(deps.view, repo, row),
    ...simplePullPart(deps, repo, row.number),
  };
  emitEvent(deps, { repo, event: 'pull_request_review_comment', action, sender, parts });
};

/** A single comment is a review of its own, as on GitHub. */
const soloReview = (deps: Deps, repo: Repo, pull: Pull, author: string, commitId?: string): Review =>
  deps.world.reviews.put({
    id: deps.world.nextId(),
    repoId: repo.id,
    number: pull.number,
    author,
    state: 'COMMENTED',
    body: '',
    commitId: commitId ?? pull.headSha,
    submittedAt: deps.time(),
    updatedAt: deps.time(),
  });

export const createCommentOnDiff =
  (deps: Deps) =>
  async (
    repo: Repo,
    pull: Pull,
    author: string,
    input: NewReviewComment,
    commitId?: string,
  ): Promise<ReviewComment> => {
    const [placed] = await placeComments(deps, repo, pull, [input]);
    const review = soloReview(deps, repo, pull, author, commitId);
    // placeComments answers one place per comment or throws.
    const row = addComment(deps, repo, review, placed as NonNullable<typeof placed>);
    touchIssue(deps, issueOf(deps, repo, pull.number));
    tell(deps, repo, row, 'created', author);
    return row;
  };

export const createReplyOnDiff =
  (deps: Deps) =>
  (repo: Repo, pull: Pull, parent: ReviewComment, author: string, body: string): ReviewComment => {
    const review = soloReview(deps, repo, pull, author, parent.commitId);
    const time = deps.time();
    const row = deps.world.reviewComments.put({
      ...parent,
      id: deps.world.nextId(),
      reviewId: review.id,
      inReplyTo: parent.inReplyTo ?? parent.id,
      author,
      body,
      createdAt: time,
      updatedAt: time,
    });
    touchIssue(deps, issueOf(deps, repo, pull.number));
    tell(deps, repo, row, 'created', author);
    return row;
  };

/** `body` of null deletes the comment. */
export const createChangeDiffComment =
  (deps: Deps) =>
  (repo: Repo, row: ReviewComment, body: string | null, sender: string): ReviewComment => {
    if (body === null) {
      deps.world.reviewComments.remove(row.id);
      tell(deps, repo, row, 'deleted', sender);
      return row;
    }
    const changed = deps.world.reviewComments.put({ ...row, body, updatedAt: deps.time() });
    tell(deps, repo, changed, 'edited', sender, { changes: { body: { from: row.body } } });
    return changed;
  };

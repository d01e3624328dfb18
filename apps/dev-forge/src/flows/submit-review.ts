import { lineAt, lineAtPosition, type DiffLine } from '../core/diff.js';
import { unprocessable } from '../core/errors.js';
import type { DiffSide, Pull, Repo, Review, ReviewComment, ReviewState } from '../core/model.js';
import { reviewCommentJson, reviewEventJson } from '../core/payloads/review.js';
import { numberKey } from '../core/world.js';
import type { Deps } from './deps.js';
import { emitEvent } from './emit-event.js';
import { baseTip, issueOf, simplePullPart } from './pull-event.js';
import { touchIssue } from './touch-issue.js';

export type ReviewVerdict = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';

export interface NewReviewComment {
  readonly path: string;
  readonly body: string;
  readonly line?: number | undefined;
  readonly side?: DiffSide | undefined;
  readonly position?: number | undefined;
  readonly startLine?: number | undefined;
}

export interface NewReview {
  readonly commitId?: string | undefined;
  readonly body: string;
  /** Absent: the review stays pending until it is submitted. */
  readonly event?: ReviewVerdict | undefined;
  readonly comments: readonly NewReviewComment[];
}

const stateOf: Readonly<Record<ReviewVerdict, ReviewState>> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

/** GitHub's rules for a verdict: not on one's own work, and words where they are owed. */
const checkVerdict = (author: string, reviewer: string, event: ReviewVerdict, hasText: boolean): void => {
  if (author === reviewer && event === 'APPROVE') {
    throw unprocessable('Unprocessable Entity', ['Can not approve your own pull request']);
  }
  if (author === reviewer && event === 'REQUEST_CHANGES') {
    throw unprocessable('Unprocessable Entity', ['Can not request changes on your own pull request']);
  }
  if (event !== 'APPROVE' && !hasText) {
    throw unprocessable('Unprocessable Entity', ["Body can't be blank"]);
  }
};

const placeOf = (patch: string | undefined, comment: NewReviewComment): DiffLine => {
  if (patch === undefined) throw unprocessable('Unprocessable Entity', ['Path could not be resolved']);
  const spot =
    comment.line !== undefined
      ? lineAt(patch, comment.side ?? 'RIGHT', comment.line)
      : lineAtPosition(patch, comment.position ?? 1);
  if (spot === undefined) throw unprocessable('Unprocessable Entity', ['Line could not be resolved']);
  return spot;
};

/** Finds the place of each comment in the diff; a place outside of it refuses them all. */
export const placeComments = async (
  deps: Deps,
  repo: Repo,
  pull: Pull,
  comments: readonly NewReviewComment[],
): Promise<{ readonly comment: NewReviewComment; readonly spot: DiffLine }[]> => {
  if (comments.length === 0) return [];
  const base = await baseTip(deps, repo, pull);
  const { mergeBase } = await deps.git.compare(repo, base, pull.headSha);
  const patches = await deps.git.patches(repo, mergeBase ?? base, pull.headSha);
  return comments.map((comment) => ({ comment, spot: placeOf(patches.get(comment.path), comment) }));
};

export const addComment = (
  deps: Deps,
  repo: Repo,
  review: Review,
  { comment, spot }: { readonly comment: NewReviewComment; readonly spot: DiffLine },
): ReviewComment => {
  const { world } = deps;
  const time = deps.time();
  const id = world.nextId();
  const { number } = review;
  world.threads.put({ id, repoId: repo.id, number, path: comment.path, resolvedBy: null });
  return world.reviewComments.put({
    id: world.nextId(),
    repoId: repo.id,
    number,
    reviewId: review.id,
    threadId: id,
    inReplyTo: null,
    author: review.author,
    body: comment.body,
    path: comment.path,
    line: spot.line,
    originalLine: spot.line,
    startLine: comment.startLine ?? null,
    side: spot.side,
    position: spot.position,
    originalPosition: spot.position,
    diffHunk: spot.hunk,
    commitId: review.commitId,
    originalCommitId: review.commitId,
    createdAt: time,
    updatedAt: time,
  });
};

export const tellReview = (deps: Deps, repo: Repo, review: Review): void => {
  const pull = simplePullPart(deps, repo, review.number);
  const sender = review.author;
  const parts = { review: reviewEventJson(deps.view, repo, review), ...pull };
  emitEvent(deps, { repo, event: 'pull_request_review', action: 'submitted', sender, parts });
  for (const row of deps.world.reviewComments.where((comment) => comment.reviewId === review.id)) {
    const comment = reviewCommentJson(deps.view, repo, row);
    const event = 'pull_request_review_comment';
    emitEvent(deps, { repo, event, action: 'created', sender, parts: { comment, ...pull } });
  }
};

/** Turns a pending review into an opinion. */
export const publishReview = (deps: Deps, repo: Repo, review: Review, event: ReviewVerdict, body: string): Review => {
  const hasComments = deps.world.reviewComments.where((row) => row.reviewId === review.id).length > 0;
  const author = issueOf(deps, repo, review.number).author;
  checkVerdict(author, review.author, event, body !== '' || (hasComments && event === 'COMMENT'));
  const time = deps.time();
  const done = deps.world.reviews.put({ ...review, state: stateOf[event], body, submittedAt: time, updatedAt: time });
  const pull = deps.world.pulls.get(numberKey(repo.id, review.number));
  if (pull?.requestedReviewers.includes(review.author) === true) {
    const requestedReviewers = pull.requestedReviewers.filter((login) => login !== review.author);
    deps.world.pulls.put({ ...pull, requestedReviewers });
  }
  touchIssue(deps, issueOf(deps, repo, review.number));
  tellReview(deps, repo, done);
  return done;
};

/** Adds a review with its comments: all of it or nothing. */
export const createSubmitReview =
  (deps: Deps) =>
  async (repo: Repo, pull: Pull, reviewer: string, input: NewReview): Promise<Review> => {
    const hasText = input.body !== '' || (input.comments.length > 0 && input.event === 'COMMENT');
    if (input.event !== undefined) {
      checkVerdict(issueOf(deps, repo, pull.number).author, reviewer, input.event, hasText);
    }
    const placed = await placeComments(deps, repo, pull, input.comments);
    const review = deps.world.reviews.put({
      id: deps.world.nextId(),
      repoId: repo.id,
      number: pull.number,
      author: reviewer,
      state: 'PENDING',
      body: input.body,
      commitId: input.commitId ?? pull.headSha,
      submittedAt: null,
      updatedAt: deps.time(),
    });
    for (const one of placed) addComment(deps, repo, review, one);
    return input.event === undefined ? review : publishReview(deps, repo, review, input.event, input.body);
  };

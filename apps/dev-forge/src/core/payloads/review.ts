import type { Repo, Review, ReviewComment } from '../model.js';
import { reactionsJson } from './issue.js';
import { repoHtml, repoUrl } from './repository.js';
import { association, userJson } from './user.js';
import { nodeId, type Json, type View } from './view.js';

/** REST writes states in capitals. */
export const reviewJson = (view: View, repo: Repo, review: Review): Json => {
  const html = `${repoHtml(view, repo)}/pull/${review.number}#pullrequestreview-${review.id}`;
  const pull = `${repoUrl(view, repo)}/pulls/${review.number}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: userJson(view, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pull,
    author_association: association(repo, review.author),
    _links: { html: { href: html }, pull_request: { href: pull } },
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commitId,
  };
};

/** Webhooks write them in small letters, and an empty body as null. */
export const reviewEventJson = (view: View, repo: Repo, review: Review): Json => ({
  ...reviewJson(view, repo, review),
  body: review.body === '' ? null : review.body,
  state: review.state.toLowerCase(),
  submitted_at: review.submittedAt,
});

export const reviewCommentJson = (view: View, repo: Repo, row: ReviewComment): Json => {
  const url = `${repoUrl(view, repo)}/pulls/comments/${row.id}`;
  const html = `${repoHtml(view, repo)}/pull/${row.number}#discussion_r${row.id}`;
  const pull = `${repoUrl(view, repo)}/pulls/${row.number}`;
  return {
    url,
    pull_request_review_id: row.reviewId,
    id: row.id,
    node_id: nodeId('PRRC', row.id),
    diff_hunk: row.diffHunk,
    path: row.path,
    position: row.position,
    original_position: row.originalPosition,
    commit_id: row.commitId,
    original_commit_id: row.originalCommitId,
    user: userJson(view, row.author),
    body: row.body,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    html_url: html,
    pull_request_url: pull,
    author_association: association(repo, row.author),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pull } },
    reactions: reactionsJson(url),
    start_line: row.startLine,
    original_start_line: row.startLine,
    start_side: row.startLine === null ? null : row.side,
    line: row.line,
    original_line: row.originalLine,
    side: row.side,
    subject_type: 'line',
    ...(row.inReplyTo === null ? {} : { in_reply_to_id: row.inReplyTo }),
  };
};

import type { ChangedFile, Issue, Pull, Repo } from '../model.js';
import { commentCount, labelsJson } from './issue.js';
import { repositoryJson, repositoryRef, repoHtml, repoUrl } from './repository.js';
import { association, userJson, userJsonOrNull } from './user.js';
import { nodeId, type Json, type View } from './view.js';

/** What only git can say about a pull request. */
export interface PullFacts {
  readonly commits: number;
  readonly files: readonly ChangedFile[];
}

export interface PullMergeability {
  readonly mergeable: boolean | null;
  readonly state: string;
}

export const unknownMergeability: PullMergeability = { mergeable: null, state: 'unknown' };

const sideJson = (view: View, repo: Repo, ref: string, sha: string): Json => ({
  label: `${repo.owner}:${ref}`,
  ref,
  sha,
  user: userJson(view, repo.owner),
  repo: repositoryJson(view, repo),
});

const linksJson = (view: View, repo: Repo, pull: Pull): Json => {
  const url = `${repoUrl(view, repo)}/pulls/${pull.number}`;
  const issue = `${repoUrl(view, repo)}/issues/${pull.number}`;
  return {
    self: { href: url },
    html: { href: `${repoHtml(view, repo)}/pull/${pull.number}` },
    issue: { href: issue },
    comments: { href: `${issue}/comments` },
    review_comments: { href: `${url}/comments` },
    review_comment: { href: `${repoUrl(view, repo)}/pulls/comments{/number}` },
    commits: { href: `${url}/commits` },
    statuses: { href: `${repoUrl(view, repo)}/statuses/${pull.headSha}` },
  };
};

/** A pull request as lists and review payloads show it. */
export const simplePullJson = (view: View, repo: Repo, issue: Issue, pull: Pull): Json => {
  const url = `${repoUrl(view, repo)}/pulls/${pull.number}`;
  const html = `${repoHtml(view, repo)}/pull/${pull.number}`;
  const assignees = issue.assignees.map((login) => userJson(view, login));
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: `${repoUrl(view, repo)}/issues/${pull.number}`,
    number: pull.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: userJson(view, issue.author),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: pull.requestedReviewers.map((login) => userJson(view, login)),
    requested_teams: [],
    labels: labelsJson(view, repo, issue.labels),
    milestone: null,
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repoUrl(view, repo)}/pulls/comments{/number}`,
    comments_url: `${repoUrl(view, repo)}/issues/${pull.number}/comments`,
    statuses_url: `${repoUrl(view, repo)}/statuses/${pull.headSha}`,
    head: sideJson(view, repo, pull.headRef, pull.headSha),
    base: sideJson(view, repo, pull.baseRef, pull.baseSha),
    _links: linksJson(view, repo, pull),
    author_association: association(repo, issue.author),
    auto_merge: null,
    active_lock_reason: null,
  };
};

const total = (files: readonly ChangedFile[], count: (file: ChangedFile) => number): number =>
  files.reduce((sum, file) => sum + count(file), 0);

/** A pull request as `GET /pulls/{n}` and the pull_request event show it. */
export const pullJson = (
  view: View,
  repo: Repo,
  issue: Issue,
  pull: Pull,
  facts: PullFacts,
  { mergeable, state }: PullMergeability = unknownMergeability,
): Json => ({
  ...simplePullJson(view, repo, issue, pull),
  merged: pull.merged,
  mergeable,
  rebaseable: mergeable,
  mergeable_state: state,
  merged_by: userJsonOrNull(view, pull.mergedBy),
  comments: commentCount(view, issue),
  review_comments: view.world.reviewComments.where((row) => row.repoId === repo.id && row.number === pull.number)
    .length,
  maintainer_can_modify: false,
  commits: facts.commits,
  additions: total(facts.files, (file) => file.additions),
  deletions: total(facts.files, (file) => file.deletions),
  changed_files: facts.files.length,
});

/** How checks point at a pull request. */
export const pullRef = (view: View, repo: Repo, pull: Pull): Json => ({
  url: `${repoUrl(view, repo)}/pulls/${pull.number}`,
  id: pull.id,
  number: pull.number,
  head: { ref: pull.headRef, sha: pull.headSha, repo: repositoryRef(view, repo) },
  base: { ref: pull.baseRef, sha: pull.baseSha, repo: repositoryRef(view, repo) },
});

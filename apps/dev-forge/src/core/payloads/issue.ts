import type { Comment, Issue, IssueEvent, Label, Repo } from '../model.js';
import { labelKey, numberKey } from '../world.js';
import { repoHtml, repoUrl } from './repository.js';
import { association, userJson, userJsonOrNull } from './user.js';
import { nodeId, type Json, type View } from './view.js';

export const labelJson = (view: View, repo: Repo, label: Label): Json => ({
  id: label.id,
  node_id: nodeId('LA', label.id),
  url: `${repoUrl(view, repo)}/labels/${encodeURIComponent(label.name)}`,
  name: label.name,
  color: label.color,
  default: false,
  description: label.description,
});

export const labelsJson = (view: View, repo: Repo, names: readonly string[]): Json[] =>
  names.flatMap((name) => {
    const label = view.world.labels.get(labelKey(repo.id, name));
    return label === undefined ? [] : [labelJson(view, repo, label)];
  });

export const reactionsJson = (url: string): Json => ({
  url: `${url}/reactions`,
  total_count: 0,
  '+1': 0,
  '-1': 0,
  laugh: 0,
  hooray: 0,
  confused: 0,
  heart: 0,
  rocket: 0,
  eyes: 0,
});

const pullLinks = (view: View, repo: Repo, issue: Issue): Json => {
  const pull = view.world.pulls.get(numberKey(repo.id, issue.number));
  const html = `${repoHtml(view, repo)}/pull/${issue.number}`;
  return {
    url: `${repoUrl(view, repo)}/pulls/${issue.number}`,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    merged_at: pull?.mergedAt ?? null,
  };
};

export const commentCount = ({ world }: View, issue: Issue): number => {
  let count = 0;
  for (const row of world.comments.all()) {
    if (row.repoId === issue.repoId && row.number === issue.number) count += 1;
  }
  return count;
};

export const issueJson = (view: View, repo: Repo, issue: Issue): Json => {
  const url = `${repoUrl(view, repo)}/issues/${issue.number}`;
  const assignees = issue.assignees.map((login) => userJson(view, login));
  return {
    url,
    repository_url: repoUrl(view, repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: `${repoHtml(view, repo)}/${issue.isPull ? 'pull' : 'issues'}/${issue.number}`,
    id: issue.id,
    node_id: nodeId('I', issue.id),
    number: issue.number,
    title: issue.title,
    user: userJson(view, issue.author),
    labels: labelsJson(view, repo, issue.labels),
    state: issue.state,
    locked: false,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: commentCount(view, issue),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: association(repo, issue.author),
    active_lock_reason: null,
    body: issue.body,
    closed_by: userJsonOrNull(view, issue.closedBy),
    reactions: reactionsJson(url),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: issue.stateReason,
    draft: issue.isPull ? (view.world.pulls.get(numberKey(repo.id, issue.number))?.draft ?? false) : false,
    ...(issue.isPull ? { pull_request: pullLinks(view, repo, issue) } : {}),
  };
};

export const commentJson = (view: View, repo: Repo, comment: Comment): Json => {
  const url = `${repoUrl(view, repo)}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${repoHtml(view, repo)}/issues/${comment.number}#issuecomment-${comment.id}`,
    issue_url: `${repoUrl(view, repo)}/issues/${comment.number}`,
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: userJson(view, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(repo, comment.author),
    performed_via_github_app: null,
    body: comment.body,
    reactions: reactionsJson(url),
  };
};

export const issueEventJson = (view: View, repo: Repo, row: IssueEvent): Json => {
  const label = row.label === null ? undefined : view.world.labels.get(labelKey(repo.id, row.label));
  return {
    id: row.id,
    node_id: nodeId('IE', row.id),
    url: `${repoUrl(view, repo)}/issues/events/${row.id}`,
    actor: userJson(view, row.actor),
    event: row.event,
    commit_id: row.commitId,
    commit_url: row.commitId === null ? null : `${repoUrl(view, repo)}/commits/${row.commitId}`,
    created_at: row.createdAt,
    performed_via_github_app: null,
    ...(row.label === null ? {} : { label: { name: row.label, color: label?.color ?? 'ededed' } }),
  };
};

import type { Issue, Repo } from '../core/model.js';
import { issueJson } from '../core/payloads/issue.js';
import { userJson } from '../core/payloads/user.js';
import type { Json } from '../core/payloads/view.js';
import type { Deps } from './deps.js';
import { emitEvent } from './emit-event.js';
import { pullEventParts } from './pull-event.js';
import { createSetLabels } from './set-labels.js';
import { recordIssueEvent, touchIssue } from './touch-issue.js';

export interface IssueChange {
  readonly title?: string | undefined;
  readonly body?: string | null | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  readonly stateReason?: 'completed' | 'not_planned' | 'reopened' | null | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
}

/** Sends an `issues` or `pull_request` event, whichever the number is. */
export const emitIssueChange = async (
  deps: Deps,
  repo: Repo,
  issue: Issue,
  action: string,
  sender: string,
  extra: Json = {},
): Promise<void> => {
  if (issue.isPull) {
    const parts = { ...(await pullEventParts(deps, repo, issue.number)), ...extra };
    emitEvent(deps, { repo, event: 'pull_request', action, sender, parts });
    return;
  }
  const parts = { issue: issueJson(deps.view, repo, issue), ...extra };
  emitEvent(deps, { repo, event: 'issues', action, sender, parts });
};

const editText = async (deps: Deps, repo: Repo, issue: Issue, change: IssueChange, sender: string): Promise<Issue> => {
  const title = change.title ?? issue.title;
  const body = change.body === undefined ? issue.body : change.body;
  const changes: Json = {
    ...(title === issue.title ? {} : { title: { from: issue.title } }),
    ...(body === issue.body ? {} : { body: { from: issue.body ?? '' } }),
  };
  if (Object.keys(changes).length === 0) return issue;
  const changed = touchIssue(deps, { ...issue, title, body });
  if (title !== issue.title) recordIssueEvent(deps, issue, 'renamed', sender);
  await emitIssueChange(deps, repo, changed, 'edited', sender, { changes });
  return changed;
};

/** Closes or reopens; nothing happens if it already is so. */
export const setState = async (
  deps: Deps,
  repo: Repo,
  issue: Issue,
  state: 'open' | 'closed',
  sender: string,
  reason?: Issue['stateReason'],
  commitId?: string,
): Promise<Issue> => {
  if (issue.state === state) return issue;
  const closed = state === 'closed';
  const changed = touchIssue(deps, {
    ...issue,
    state,
    stateReason: issue.isPull ? null : closed ? (reason ?? 'completed') : 'reopened',
    closedAt: closed ? deps.time() : null,
    closedBy: closed ? sender : null,
  });
  recordIssueEvent(deps, issue, closed ? 'closed' : 'reopened', sender, commitId === undefined ? {} : { commitId });
  await emitIssueChange(deps, repo, changed, closed ? 'closed' : 'reopened', sender);
  return changed;
};

const setAssignees = async (
  deps: Deps,
  repo: Repo,
  issue: Issue,
  assignees: readonly string[],
  sender: string,
): Promise<Issue> => {
  const added = assignees.filter((login) => !issue.assignees.includes(login));
  const removed = issue.assignees.filter((login) => !assignees.includes(login));
  if (added.length + removed.length === 0) return issue;
  const changed = touchIssue(deps, { ...issue, assignees: [...new Set(assignees)] });
  const tell = (action: string, login: string): Promise<void> =>
    emitIssueChange(deps, repo, changed, action, sender, { assignee: userJson(deps.view, login) });
  for (const login of added) await tell('assigned', login);
  for (const login of removed) await tell('unassigned', login);
  return changed;
};

/** Applies a PATCH to an issue (or to the issue half of a pull request), one event per kind of change. */
export const createChangeIssue = (deps: Deps) => {
  const setLabels = createSetLabels(deps);
  return async (repo: Repo, issue: Issue, change: IssueChange, sender: string): Promise<Issue> => {
    let current = await editText(deps, repo, issue, change, sender);
    if (change.labels !== undefined) current = await setLabels(repo, current, change.labels, sender);
    if (change.assignees !== undefined) current = await setAssignees(deps, repo, current, change.assignees, sender);
    if (change.state === undefined) return current;
    return setState(deps, repo, current, change.state, sender, change.stateReason);
  };
};

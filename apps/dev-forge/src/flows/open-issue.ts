import type { Issue, Repo } from '../core/model.js';
import { issueJson } from '../core/payloads/issue.js';
import { repoKey } from '../core/world.js';
import type { Deps } from './deps.js';
import { emitEvent } from './emit-event.js';
import { ensureLabels, labelAdded } from './set-labels.js';
import { recordIssueEvent } from './touch-issue.js';

export interface NewIssue {
  readonly title: string;
  readonly body: string | null;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
}

/** Takes the next number of the repository; issues and pull requests share the sequence. */
export const addIssueRow = (deps: Deps, repo: Repo, author: string, input: NewIssue, isPull: boolean): Issue => {
  const { world } = deps;
  const current = world.repos.get(repoKey(repo.owner, repo.name)) ?? repo;
  const number = current.nextNumber;
  world.repos.put({ ...current, nextNumber: number + 1 });
  const time = deps.time();
  return world.issues.put({
    id: world.nextId(),
    repoId: repo.id,
    number,
    isPull,
    title: input.title,
    body: input.body,
    author,
    state: 'open',
    stateReason: null,
    labels: ensureLabels(deps, repo, input.labels),
    assignees: input.assignees,
    createdAt: time,
    updatedAt: time,
    closedAt: null,
    closedBy: null,
  });
};

/** Opens an issue: `opened`, then `labeled` for each label, as GitHub sends them. */
export const createOpenIssue =
  (deps: Deps) =>
  async (repo: Repo, author: string, input: NewIssue): Promise<Issue> => {
    const issue = addIssueRow(deps, repo, author, input, false);
    const parts = { issue: issueJson(deps.view, repo, issue) };
    emitEvent(deps, { repo, event: 'issues', action: 'opened', sender: author, parts });
    for (const label of issue.labels) {
      recordIssueEvent(deps, issue, 'labeled', author, { label });
      await labelAdded(deps, repo, issue, label, author);
    }
    return issue;
  };

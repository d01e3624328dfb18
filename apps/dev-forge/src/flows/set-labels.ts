import type { Issue, Label, Repo } from '../core/model.js';
import { issueJson, labelJson } from '../core/payloads/issue.js';
import { labelKey } from '../core/world.js';
import type { Deps } from './deps.js';
import { emitEvent } from './emit-event.js';
import { pullEventParts } from './pull-event.js';
import { recordIssueEvent, touchIssue } from './touch-issue.js';

/** Labels that do not exist yet come into being, in grey, as on GitHub. Returns the names as stored, each once. */
export const ensureLabels = ({ world }: Deps, repo: Repo, names: readonly string[]): string[] => [
  ...new Set(
    names.map((name) => {
      const known = world.labels.get(labelKey(repo.id, name));
      if (known !== undefined) return known.name;
      const label: Label = { id: world.nextId(), repoId: repo.id, name, color: 'ededed', description: null };
      return world.labels.put(label).name;
    }),
  ),
];

const labelChanged = async (
  deps: Deps,
  repo: Repo,
  issue: Issue,
  name: string,
  sender: string,
  action: 'labeled' | 'unlabeled',
): Promise<void> => {
  const label = deps.world.labels.get(labelKey(repo.id, name));
  const labelPart = label === undefined ? {} : { label: labelJson(deps.view, repo, label) };
  if (issue.isPull) {
    const parts = { ...(await pullEventParts(deps, repo, issue.number)), ...labelPart };
    emitEvent(deps, { repo, event: 'pull_request', action, sender, parts });
  } else {
    const parts = { issue: issueJson(deps.view, repo, issue), ...labelPart };
    emitEvent(deps, { repo, event: 'issues', action, sender, parts });
  }
};

export const labelAdded = (deps: Deps, repo: Repo, issue: Issue, name: string, sender: string): Promise<void> =>
  labelChanged(deps, repo, issue, name, sender, 'labeled');

/** Makes the labels of an issue or pull request what `names` says, with one event for each change. */
export const createSetLabels =
  (deps: Deps) =>
  async (repo: Repo, issue: Issue, names: readonly string[], sender: string): Promise<Issue> => {
    const wanted = ensureLabels(deps, repo, names);
    const added = wanted.filter((name) => !issue.labels.includes(name));
    const removed = issue.labels.filter((name) => !wanted.includes(name));
    if (added.length + removed.length === 0) return issue;
    const changed = touchIssue(deps, { ...issue, labels: wanted });
    for (const name of added) recordIssueEvent(deps, issue, 'labeled', sender, { label: name });
    for (const name of removed) recordIssueEvent(deps, issue, 'unlabeled', sender, { label: name });
    for (const name of added) await labelChanged(deps, repo, changed, name, sender, 'labeled');
    for (const name of removed) await labelChanged(deps, repo, changed, name, sender, 'unlabeled');
    return changed;
  };

import type { Issue } from '../core/model.js';
import type { Deps } from './deps.js';

/** Stores a changed issue with a new `updated_at`. */
export const touchIssue = (deps: Deps, issue: Issue): Issue =>
  deps.world.issues.put({ ...issue, updatedAt: deps.time() });

/** Adds a line to the issue's own history. */
export const recordIssueEvent = (
  deps: Deps,
  issue: Issue,
  event: string,
  actor: string,
  extra: { label?: string; commitId?: string } = {},
): void => {
  deps.world.issueEvents.put({
    id: deps.world.nextId(),
    repoId: issue.repoId,
    number: issue.number,
    event,
    actor,
    label: extra.label ?? null,
    commitId: extra.commitId ?? null,
    createdAt: deps.time(),
  });
};

import { issueSubject, pullSubject } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import type { World } from '../core/decision.js';
import type { Reading } from './commit-decision.js';
import { issueOfBranch } from '../core/pull/links.js';
import type { IssueState } from '../core/issue/issue-state.js';
import type { PullState } from '../core/pull/pull-state.js';
import { issues, pulls } from './projections.js';

export type VersionedWorld = World & { readonly versions: ReadonlyMap<string, number> };

const versionsOf = (world: World, wanted: readonly string[]): ReadonlyMap<string, number> => {
  const versions = new Map<string, number>(wanted.map((subject) => [subject, 0]));
  if (world.issue) versions.set(issueSubject(world.issue.repo, world.issue.number), world.issue.version);
  if (world.pull) versions.set(pullSubject(world.pull.repo, world.pull.number), world.pull.version);
  return versions;
};

/** The world of an issue that was read already, and that no pull request was made for. */
export const worldOfIssue = (issue: IssueState): VersionedWorld => ({ issue, versions: versionsOf({ issue }, []) });

/** Loads an issue and the pull request made for it. */
export const createLoadIssueWorld =
  (store: EventStore) =>
  async (repo: string, number: number, how: Reading = 'sure'): Promise<VersionedWorld> => {
    const read = how === 'quick' ? store.recall : store.load;
    const subject = issueSubject(repo, number);
    const issue = await read(issues, subject);
    const pr = issue?.pr ?? null;
    const pull = pr === null ? undefined : await read(pulls, pullSubject(repo, pr));
    const world = { issue, pull };
    return { ...world, versions: versionsOf(world, [subject]) };
  };

/** The issue a pull request is for: the one its branch was made for, else the one its body closes. */
export const issueNumberFor = (
  pull: Pick<PullState, 'issue' | 'headRef'> | undefined,
  hint: { readonly headRef: string; readonly closes: number | null } | undefined,
): number | null => hint?.closes ?? pull?.issue ?? issueOfBranch(hint?.headRef ?? pull?.headRef ?? '');

/** Loads a pull request and the issue it is for; `hint` helps before the log knows the pull request. */
export const createLoadPullWorld =
  (store: EventStore) =>
  async (
    repo: string,
    number: number,
    hint?: { readonly headRef: string; readonly closes: number | null },
    how: Reading = 'sure',
  ): Promise<VersionedWorld> => {
    const read = how === 'quick' ? store.recall : store.load;
    const subject = pullSubject(repo, number);
    const pull = await read(pulls, subject);
    const issueNumber = issueNumberFor(pull, hint);
    const issue = issueNumber === null ? undefined : await read(issues, issueSubject(repo, issueNumber));
    const world = { issue, pull };
    return { ...world, versions: versionsOf(world, [subject]) };
  };

export interface LoadWorld {
  readonly issue: ReturnType<typeof createLoadIssueWorld>;
  readonly pull: ReturnType<typeof createLoadPullWorld>;
}

export const createLoadWorld = (store: EventStore): LoadWorld => ({
  issue: createLoadIssueWorld(store),
  pull: createLoadPullWorld(store),
});

import type { Forge, ForgeIssue } from '@rig/forge';
import { isoTime } from '@rig/kernel';
import type { RepositoryPolicy } from '@rig/policy';
import type { IssueObservation } from '../core/github/observation.js';
import type { IssueState } from '../core/issue/issue-state.js';
import { decideIssueObservation, type IssueContext } from '../core/issue/decide-issue-observation.js';
import { askForge } from './ask-forge.js';
import type { Cause, CommitDecision, CommitOutcome } from './commit-decision.js';
import type { LoadWorld } from './load-world.js';

export interface ObserveDeps {
  readonly commit: CommitDecision;
  readonly load: LoadWorld;
  readonly forge: Forge | undefined;
  policyFor(repo: string): RepositoryPolicy;
}

const PERMISSION_RANK = { none: 0, read: 1, triage: 2, write: 3, maintain: 4, admin: 5 } as const;

/** The same observation with the issue as the forge shows it now. */
export const withForgeIssue = (seen: Omit<IssueObservation, 'issue'>, issue: ForgeIssue): IssueObservation => ({
  ...seen,
  issue: {
    title: issue.title,
    body: issue.body,
    labels: issue.labels,
    author: issue.author,
    state: issue.state,
    createdAt: isoTime(Date.parse(issue.createdAt)),
    updatedAt: isoTime(Date.parse(issue.updatedAt)),
  },
});

/** Takes a snapshot of an issue. A webhook is a hint: unless its snapshot is strictly newer, the forge is asked. */
export const createObserveIssue = ({ commit, load, forge, policyFor }: ObserveDeps) => {
  const asksApproval = ({ action, label }: IssueObservation, { readyLabel }: RepositoryPolicy): boolean =>
    action === 'opened' || ((action === 'labeled' || action === 'unlabeled') && label === readyLabel);

  /** Who put the ready label there: the sender, unless the snapshot is newer than the delivery that led to it. */
  const labeller = async (seen: IssueObservation, current: boolean, label: string): Promise<string | undefined> =>
    current ? askForge(forge, (asking) => asking.labelledBy(seen.repo, seen.number, label)) : seen.actor;

  const approver = async (
    seen: IssueObservation,
    current: boolean,
    policy: RepositoryPolicy,
  ): Promise<IssueContext['approver']> => {
    if (!asksApproval(seen, policy) || !seen.issue.labels.includes(policy.readyLabel)) return undefined;
    const by = await labeller(seen, current, policy.readyLabel);
    if (by === undefined) return undefined;
    const permission = await askForge(forge, (asking) => asking.permission(seen.repo, by));
    return { by, may: PERMISSION_RANK[permission ?? 'none'] >= PERMISSION_RANK[policy.approvers] };
  };

  const freshest = async (
    seen: IssueObservation,
    state: IssueState | undefined,
  ): Promise<{ seen: IssueObservation; current: boolean }> => {
    if (state === undefined || seen.issue.updatedAt > state.updatedAt) return { seen, current: false };
    const issue = await askForge(forge, (asking) => asking.issue(seen.repo, seen.number));
    return issue === undefined ? { seen, current: false } : { seen: withForgeIssue(seen, issue), current: true };
  };

  return async (cause: Cause, observation: IssueObservation): Promise<CommitOutcome> => {
    const policy = policyFor(observation.repo);
    return commit({
      cause,
      load: async () => {
        const world = await load.issue(observation.repo, observation.number);
        const { seen, current } = await freshest(observation, world.issue);
        return { ...world, seen, context: { policy, current, approver: await approver(seen, current, policy) } };
      },
      decide: ({ seen, context, ...world }) => decideIssueObservation(world, seen, context),
    });
  };
};

export type ObserveIssue = ReturnType<typeof createObserveIssue>;

import { issueSubject, pullSubject, type TaskKind } from '@rig/contracts';
import { accept, derivedId, refuse, type Refusal, type Result } from '@rig/kernel';
import { eligible, type AgentConfig, type Pauses, type Recent, type RepositoryPolicy } from '@rig/policy';
import type { Decision, World } from '../decision.js';
import type { IssueState } from '../issue/issue-state.js';
import { ciStateOf, type PullState } from '../pull/pull-state.js';

export interface AssignCommand {
  readonly kind: TaskKind;
  readonly agent: AgentConfig;
  readonly policy: RepositoryPolicy;
  /** Tasks the agent holds now; the append's guard checks the same under the lock. */
  readonly inFlight: number;
  readonly pauses: Pauses;
  /** Assignments within the hour; left out when the dispatcher proposes, which keeps the rates itself. */
  readonly recent?: Recent | undefined;
  /** The head the proposer looked at; null for implement tasks. */
  readonly headSha: string | null;
  /** The process that claims over HTTP; undefined when the dispatcher proposes. */
  readonly instance?: string | undefined;
  /** ISO 8601; the dispatcher keeps the pause after a failure itself, a claim is held to it here. */
  readonly now: string;
}

const claimedBy = ({ instance }: AssignCommand): { instance?: string } => (instance === undefined ? {} : { instance });

const refused = (code: string, message: string): Result<never, Refusal> => refuse({ code, message });

const issueNeedsWork = (issue: IssueState): Result<true, Refusal> => {
  switch (issue.phase) {
    case 'ready':
      return accept(true);
    case 'assigned':
    case 'working':
      return refused('ALREADY_ASSIGNED', `the issue is with ${issue.agent ?? 'an agent'}`);
    case 'opened':
      return refused('NOT_APPROVED', 'nobody has approved the issue for agents');
    case 'in-review':
    case 'done':
    case 'blocked':
    case 'closed':
      return refused('NOT_READY', `the issue is ${issue.phase}`);
  }
};

/** Checks are cheap and reviews are not, so they come first. */
const checksAllowReview = (pull: PullState, policy: RepositoryPolicy): boolean => {
  const state = ciStateOf(pull, pull.headSha);
  return state === 'passed' || (state === 'none' && policy.ci === 'none');
};

const pullNeedsWork = (pull: PullState, command: AssignCommand): Result<true, Refusal> => {
  if (pull.status !== 'open') return refused('NOT_OPEN', `the pull request is ${pull.status}`);
  if (pull.agent === null) return refused('NOT_OURS', 'the pull request was not written by an agent');
  if (command.headSha !== pull.headSha) return refused('HEAD_MOVED', `the head is ${pull.headSha} now`);
  if (pull.review !== null || pull.fix !== null) return refused('ALREADY_ASSIGNED', 'the pull request has a live task');
  const verdicts = Object.values(pull.reviews).filter((review) => review.headSha === pull.headSha);
  const asked = verdicts.some((review) => review.state === 'changes-requested');
  switch (command.kind) {
    case 'implement':
      return refused('WRONG_KIND', 'an implement task belongs to an issue');
    case 'review':
      if (pull.draft) return refused('DRAFT', 'the pull request is a draft');
      if (!checksAllowReview(pull, command.policy))
        return refused('CHECKS_NOT_PASSED', 'the checks of the head come first');
      if (verdicts.some((review) => review.state !== 'dismissed'))
        return refused('REVIEWED', 'the head has its review');
      return accept(true);
    case 'fix-ci':
      return ciStateOf(pull, pull.headSha) === 'failed'
        ? accept(true)
        : refused('NOT_FAILING', 'no check fails on the head');
    case 'fix-review':
      return asked ? accept(true) : refused('NOTHING_ASKED', 'nobody asked for changes on the head');
  }
};

const assignIssue = (issue: IssueState, command: AssignCommand): Decision => {
  const { agent, policy, inFlight, kind, pauses, recent } = command;
  const needed = issueNeedsWork(issue);
  if (!needed.ok) return needed;
  if (command.instance !== undefined && issue.retryAt !== null && command.now < issue.retryAt) {
    return refused('BACKING_OFF', `the last attempt failed; the next may begin at ${issue.retryAt}`);
  }
  const allowed = eligible({
    agent,
    kind,
    repo: issue.repo,
    labels: issue.labels,
    policy,
    inFlight,
    author: null,
    pauses,
    recent,
  });
  if (!allowed.ok) return allowed;
  const subject = issueSubject(issue.repo, issue.number);
  const ordinal = issue.assignments + 1;
  const taskId = derivedId(subject, 'implement', ordinal);
  const data = { taskId, agent: agent.id, delivery: agent.delivery, tier: policy.tier, ordinal, ...claimedBy(command) };
  return accept([{ subject, body: { type: 'ISSUE_ASSIGNED', data } }]);
};

const assignPull = (pull: PullState, command: AssignCommand, labels: readonly string[]): Decision => {
  const { agent, kind } = command;
  const needed = pullNeedsWork(pull, command);
  if (!needed.ok) return needed;
  const { policy, inFlight, pauses, recent } = command;
  const question = { agent, kind, repo: pull.repo, labels, policy, inFlight, author: pull.agent, pauses, recent };
  const allowed = eligible(question);
  if (!allowed.ok) return allowed;
  if (kind === 'review' && pull.rounds > policy.reviewRounds) {
    return refused('REVIEW_ROUNDS_EXHAUSTED', `${pull.rounds} rounds asked for changes; a person decides now`);
  }
  const subject = pullSubject(pull.repo, pull.number);
  const ordinal = pull.tasks + 1;
  const taskId = derivedId(subject, kind, ordinal);
  const common = { taskId, agent: agent.id, headSha: pull.headSha, delivery: agent.delivery, ordinal };
  if (kind === 'review') {
    return accept([{ subject, body: { type: 'REVIEW_ASSIGNED', data: { ...common, ...claimedBy(command) } } }]);
  }
  const cause = kind === 'fix-ci' ? ('ci' as const) : ('review' as const);
  return accept([{ subject, body: { type: 'FIX_ASSIGNED', data: { ...common, cause } } }]);
};

/** Gives a task to an agent, if the rules and the state allow it. */
export const decideAssign = (world: World, command: AssignCommand): Decision => {
  if (command.kind === 'implement') {
    return world.issue === undefined ? refused('UNKNOWN', 'no such issue') : assignIssue(world.issue, command);
  }
  if (world.pull === undefined) return refused('UNKNOWN', 'no such pull request');
  return assignPull(world.pull, command, world.issue?.labels ?? []);
};

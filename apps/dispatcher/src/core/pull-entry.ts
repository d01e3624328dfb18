import { issueSubject, type TaskKind } from '@rig/contracts';
import type { RepositoryPolicy } from '@rig/policy';
import type { Board } from './board.js';
import { nextOf, type Entry, type Seat } from './entry.js';
import { assignKey } from './intent.js';
import type { IssueItem } from './issue-item.js';
import { headChecks, headVerdict, type PullItem } from './pull-item.js';
import { refusedUntil } from './refusals.js';
import type { View } from './view.js';

/** What a pull request needs from an agent; or the code of what it waits for; or nothing at all. */
export type Need = { readonly task: Exclude<TaskKind, 'implement'> } | { readonly waits: string } | undefined;

const needOfFix = (pull: PullItem, policy: RepositoryPolicy): Need => {
  // The review first: its fix makes a new head, on which the checks run again anyway, and the round is not wasted.
  if (headVerdict(pull) === 'changes-requested') {
    if (pull.rounds > policy.reviewRounds) return { waits: 'REVIEW_ROUNDS_REACHED' };
    return pull.fixedReviewHead === pull.headSha ? { waits: 'AWAITS_NEW_HEAD' } : { task: 'fix-review' };
  }
  if (policy.ci === 'required' && headChecks(pull) === 'failed') {
    return pull.fixedCiHead === pull.headSha ? { waits: 'AWAITS_NEW_HEAD' } : { task: 'fix-ci' };
  }
  return undefined;
};

const needOfReview = (pull: PullItem, policy: RepositoryPolicy): Need => {
  if (pull.draft) return { waits: 'DRAFT' };
  if (headVerdict(pull) === 'approved') return undefined;
  if (policy.ci === 'required' && headChecks(pull) !== 'passed') return { waits: 'AWAITS_CHECKS' };
  if (pull.reviewedHead === pull.headSha) return { waits: 'AWAITS_VERDICT' };
  return pull.rounds > policy.reviewRounds ? { waits: 'REVIEW_ROUNDS_REACHED' } : { task: 'review' };
};

/** What an open pull request of an agent needs next, by itself. */
export const needOf = (pull: PullItem, policy: RepositoryPolicy): Need =>
  needOfFix(pull, policy) ?? needOfReview(pull, policy);

/** What holds a pull request back whoever is free. */
export const holdPullBack = (
  pull: PullItem,
  issue: IssueItem | undefined,
  policy: RepositoryPolicy,
  now: number,
): Need => {
  if (issue?.blocked === true) return { waits: 'ISSUE_BLOCKED' };
  if (issue?.open === false) return { waits: 'ISSUE_CLOSED' };
  if (pull.failures >= policy.maxAttempts) return { waits: 'ATTEMPTS_EXHAUSTED' };
  if (pull.notBefore > now) return { waits: 'BACKING_OFF' };
  const refused = refusedUntil(pull.refusals, 'ASSIGN_TASK', now);
  return refused === undefined ? undefined : { waits: refused.code };
};

/** The issue that a pull request closes, where it is known. */
const issueOf = (board: Board, pull: PullItem): IssueItem | undefined =>
  pull.issue === null ? undefined : board.issues.get(issueSubject(pull.repo, pull.issue));

const WAIT_MESSAGES: Readonly<Record<string, string>> = {
  REVIEW_ROUNDS_REACHED: 'the review rounds are used up; a person must decide',
  ATTEMPTS_EXHAUSTED: 'every allowed attempt at a review or fix failed; a person must look at it',
  AWAITS_NEW_HEAD: 'a fix was handed in, and the commit it should have made has not been seen',
};

const seatOf = (need: NonNullable<Need>, author: string): Seat =>
  'waits' in need
    ? {
        waitsFor: 'else',
        wait: { code: need.waits, message: WAIT_MESSAGES[need.waits] ?? 'it waits for something else' },
      }
    : { waitsFor: 'agent', task: need.task, needs: [], author };

/** An open pull request of an agent. */
export const isOfAgent = (pull: PullItem): boolean => pull.open && pull.agent !== null;

/** Where an agent's pull request waits; undefined when it does not, or when an assignment of it is on its way. */
export const pullEntry = (subject: string, { board, inFlight, config, now }: View): Entry | undefined => {
  const pull = board.pulls.get(subject);
  if (pull === undefined || !pull.open || pull.agent === null) return undefined;
  const issue = issueOf(board, pull);
  if (board.tasks.isBusy(subject) || (issue !== undefined && board.tasks.isBusy(issue.subject))) return undefined;
  if (inFlight.has(assignKey(subject))) return undefined;
  const policy = config.policyOf(pull.repo);
  const wanted = needOf(pull, policy);
  if (wanted === undefined) return undefined;
  const need = 'waits' in wanted ? wanted : (holdPullBack(pull, issue, policy, now) ?? wanted);
  return {
    subject,
    repo: pull.repo,
    by: issue ?? { priority: 2, openedAt: pull.openedAt, subject },
    order: board.pulls.orderOf(subject),
    headSha: pull.headSha,
    seat: seatOf(need, pull.agent),
    deferred: null,
    tellable: false,
    lookAgainAt: nextOf(now, [pull.notBefore, pull.refusals['ASSIGN_TASK']?.notBefore]),
  };
};

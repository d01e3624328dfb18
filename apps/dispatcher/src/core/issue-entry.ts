import type { RepositoryPolicy } from '@rig/policy';
import { nextOf, type Entry, type Seat } from './entry.js';
import { assignKey, deferKey } from './intent.js';
import { isReady, type IssueItem } from './issue-item.js';
import { refusedUntil } from './refusals.js';
import type { View } from './view.js';
import type { Wait } from './wait.js';

/** What holds an issue back whoever is free. */
export const holdIssueBack = (issue: IssueItem, policy: RepositoryPolicy, now: number): Wait | undefined => {
  if (issue.failures >= policy.maxAttempts) {
    return {
      code: 'ATTEMPTS_EXHAUSTED',
      message: `${issue.failures} of ${policy.maxAttempts} attempts failed; a person must look at it`,
    };
  }
  if (issue.notBefore > now) {
    return { code: 'BACKING_OFF', message: `attempt ${issue.failures} failed; the next one waits a while` };
  }
  const refused = refusedUntil(issue.refusals, 'ASSIGN_TASK', now);
  if (refused === undefined) return undefined;
  return { code: refused.code, message: `the assignment was refused (${refused.code}) and is tried again later` };
};

const NEEDS = 'requires-';

const seatOf = (issue: IssueItem, policy: RepositoryPolicy, now: number): Seat => {
  // Off and T3 are told before anything else: they hold however the issue stands otherwise.
  const wait = policy.dispatch === 'off' ? undefined : holdIssueBack(issue, policy, now);
  if (wait !== undefined) return { waitsFor: 'else', wait };
  const needs = issue.labels.flatMap((label) => (label.startsWith(NEEDS) ? [label.slice(NEEDS.length)] : []));
  return { waitsFor: 'agent', task: 'implement', needs, author: null };
};

/** A ready issue that no live task is for. */
export const isWaiting = (issue: IssueItem, board: View['board']): boolean =>
  isReady(issue) && !board.tasks.isBusy(issue.subject);

/** Where an issue waits; undefined when it does not, or when an assignment of it is on its way. */
export const issueEntry = (subject: string, { board, inFlight, config, now }: View): Entry | undefined => {
  const issue = board.issues.get(subject);
  if (issue === undefined || !isWaiting(issue, board) || inFlight.has(assignKey(subject))) return undefined;
  const { ASSIGN_TASK: assign, ISSUE_DEFERRED: defer } = issue.refusals;
  return {
    subject,
    repo: issue.repo,
    by: issue,
    order: 0,
    headSha: null,
    seat: seatOf(issue, config.policyOf(issue.repo), now),
    deferred: issue.deferred,
    tellable: !inFlight.has(deferKey(subject)) && refusedUntil(issue.refusals, 'ISSUE_DEFERRED', now) === undefined,
    lookAgainAt: nextOf(now, [issue.notBefore, assign?.notBefore, defer?.notBefore]),
  };
};

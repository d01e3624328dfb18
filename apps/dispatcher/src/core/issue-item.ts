import type { EventDataOf, RigEvent } from '@rig/contracts';
import { retryDelay, UNCOUNTED_FAILURES } from '@rig/policy';
import { withRefusal, type Refusals } from './refusals.js';

/** What the dispatcher keeps of one issue. */
export interface IssueItem {
  readonly subject: string;
  readonly repo: string;
  readonly number: number;
  readonly labels: readonly string[];
  /** 0 is the most urgent. */
  readonly priority: number;
  /** ISO 8601. */
  readonly openedAt: string;
  readonly open: boolean;
  readonly approved: boolean;
  readonly blocked: boolean;
  /** The pull request that an implement task ended with: the issue is in review. */
  readonly pr: number | null;
  /** Attempts that failed or were lost since the issue was first approved or last unblocked. */
  readonly failures: number;
  /** Milliseconds since 1970 before which it is not assigned again. */
  readonly notBefore: number;
  /** The reason last recorded for not assigning it. */
  readonly deferred: string | null;
  readonly refusals: Refusals;
  /** Position of the newest event on its stream. */
  readonly position: number;
}

const opened = (subject: string, data: EventDataOf<'ISSUE_OPENED'>): IssueItem => ({
  subject,
  repo: data.repo,
  number: data.number,
  labels: data.labels,
  priority: 2,
  openedAt: data.openedAt,
  open: true,
  approved: false,
  blocked: false,
  pr: null,
  failures: 0,
  notBefore: 0,
  deferred: null,
  refusals: {},
  position: 0,
});

const failed = (issue: IssueItem, at: number): Partial<IssueItem> => {
  const failures = issue.failures + 1;
  return { failures, notBefore: at + retryDelay(failures) };
};

const onForge = (event: RigEvent): Partial<IssueItem> | undefined => {
  switch (event.type) {
    case 'ISSUE_EDITED':
      return { labels: event.data.labels };
    case 'ISSUE_APPROVED':
      return { approved: true, refusals: {} };
    case 'ISSUE_APPROVAL_WITHDRAWN':
      return { approved: false };
    case 'ISSUE_PRIORITISED':
      return { priority: event.data.priority };
    case 'ISSUE_BLOCKED':
      return { blocked: true };
    case 'ISSUE_UNBLOCKED':
      return {
        blocked: false,
        failures: 0,
        notBefore: 0,
        deferred: null,
        refusals: {},
        ...(event.data.pr === null ? { pr: null } : {}),
      };
    case 'ISSUE_DONE':
    case 'ISSUE_CLOSED':
      return { open: false };
    case 'ISSUE_REOPENED':
      return { open: true, pr: null, refusals: {} };
    default:
      return undefined;
  }
};

const onWork = (issue: IssueItem, event: RigEvent, at: number): Partial<IssueItem> => {
  switch (event.type) {
    case 'ISSUE_ASSIGNED':
      return { deferred: null, refusals: {} };
    case 'ISSUE_DEFERRED':
      return { deferred: event.data.code };
    case 'ATTEMPT_LOST':
      // The task stands and is offered again by the relay; the pause counts only if the assignment ends after all.
      return { failures: issue.failures + 1 };
    case 'WORK_COMPLETED':
      return { pr: event.data.pr ?? issue.pr };
    case 'WORK_FAILED':
      return UNCOUNTED_FAILURES.includes(event.data.code) ? {} : failed(issue, at);
    case 'FACT_REFUSED':
      return { refusals: withRefusal(issue.refusals, event.data.factType, event.data.code, at) };
    default:
      return {};
  }
};

/** The issue after one event of its stream; `at` is the event's time in milliseconds since 1970. */
export const evolveIssue = (issue: IssueItem | undefined, event: RigEvent, at: number): IssueItem | undefined => {
  const before = issue ?? (event.type === 'ISSUE_OPENED' ? opened(event.subject, event.data) : undefined);
  if (before === undefined) return undefined;
  return { ...before, ...(onForge(event) ?? onWork(before, event, at)), position: event.position };
};

/** Waits for an agent: a person approved it, and nothing runs or waits for a merge. */
export const isReady = (issue: IssueItem): boolean =>
  issue.open && issue.approved && !issue.blocked && issue.pr === null;

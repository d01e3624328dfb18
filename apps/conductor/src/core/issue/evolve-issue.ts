import type { EventDataOf, RigEvent } from '@rig/contracts';
import { isoAfter } from '@rig/kernel';
import { retryDelay, UNCOUNTED_FAILURES } from '@rig/policy';
import { branchOf } from '../pull/links.js';
import { idleTask, startedTask } from '../task/task-state.js';
import { phaseOf, type IssueState } from './issue-state.js';

type Fields = Omit<IssueState, 'phase'>;

const opened = (data: EventDataOf<'ISSUE_OPENED'>): Fields => ({
  repo: data.repo,
  number: data.number,
  version: 0,
  title: data.title,
  body: data.body,
  labels: data.labels,
  author: data.author,
  openedAt: data.openedAt,
  updatedAt: data.updatedAt,
  open: true,
  approved: false,
  priority: 2,
  task: null,
  assignments: 0,
  failures: 0,
  lastFailure: null,
  retryAt: null,
  agent: null,
  branch: null,
  pr: null,
  block: null,
  deferral: null,
  mergeCommit: null,
  mergedClosed: false,
});

/** What the events of tasks and their attempts change; undefined for every other event. */
const afterWork = (issue: Fields, event: RigEvent): Partial<Fields> | undefined => {
  switch (event.type) {
    case 'ISSUE_ASSIGNED': {
      const { taskId, agent, delivery, ordinal } = event.data;
      const task = { taskId, kind: 'implement' as const, agent, delivery, position: event.position };
      return {
        task: { ...task, headSha: null, attempts: 0, fence: null, worker: null },
        assignments: ordinal,
        agent,
        // Once named, the branch stays: a changed title must not lead the next attempt elsewhere.
        branch: issue.branch ?? branchOf(issue.number, issue.title),
        deferral: null,
      };
    }
    case 'ISSUE_UNASSIGNED':
      return { task: null };
    case 'ATTEMPT_STARTED':
      return issue.task === null
        ? {}
        : { task: startedTask(issue.task, event.position, event.data.attempt, event.data.worker) };
    case 'ATTEMPT_LOST':
      return {
        task: issue.task === null ? null : idleTask(issue.task),
        failures: issue.failures + 1,
        lastFailure: { code: 'ATTEMPT_LOST', message: event.data.reason },
      };
    case 'WORK_COMPLETED':
      return { task: null, pr: event.data.pr ?? issue.pr };
    case 'WORK_FAILED': {
      const counted = UNCOUNTED_FAILURES.includes(event.data.code) ? 0 : 1;
      return {
        task: null,
        failures: issue.failures + counted,
        lastFailure: { code: event.data.code, message: event.data.message },
        retryAt: counted === 0 ? null : isoAfter(event.time, retryDelay(issue.failures + 1)),
      };
    }
    default:
      return undefined;
  }
};

/** What people, the forge and the rules change in the issue itself; most other events change only its version. */
const afterWord = (issue: Fields, event: RigEvent): Partial<Fields> => {
  switch (event.type) {
    case 'ISSUE_EDITED': {
      const { title, body, labels, updatedAt, open } = event.data;
      const opened = open === true ? { open, mergedClosed: false } : {};
      return { title, body, labels, updatedAt, ...opened };
    }
    case 'ISSUE_APPROVED':
      return { approved: true };
    case 'ISSUE_APPROVAL_WITHDRAWN':
      return { approved: false };
    case 'ISSUE_PRIORITISED':
      return { priority: event.data.priority };
    case 'ISSUE_BLOCKED':
      return { block: { code: event.data.code, message: event.data.message }, task: null };
    case 'ISSUE_UNBLOCKED':
      return {
        block: null,
        failures: 0,
        lastFailure: null,
        retryAt: null,
        deferral: null,
        ...(event.data.pr === null ? { pr: null } : {}),
      };
    case 'ISSUE_DEFERRED':
      return { deferral: { code: event.data.code, message: event.data.message } };
    case 'ISSUE_DONE':
      return {
        mergeCommit: event.data.mergeCommit,
        mergedClosed: !issue.open,
        pr: event.data.pr,
        task: null,
        block: null,
      };
    case 'ISSUE_CLOSED':
      return { open: false, task: null, updatedAt: event.data.updatedAt };
    case 'ISSUE_REOPENED':
      // After a merge the work begins anew; otherwise the pull request is still the one to look at.
      return {
        open: true,
        mergeCommit: null,
        mergedClosed: false,
        pr: issue.mergeCommit === null ? issue.pr : null,
        branch: issue.mergeCommit === null ? issue.branch : null,
        updatedAt: event.data.updatedAt,
      };
    default:
      return {};
  }
};

/** The issue after one event of its stream; undefined before ISSUE_OPENED. */
export const evolveIssue = (issue: IssueState | undefined, event: RigEvent): IssueState | undefined => {
  const before: Fields | undefined = issue ?? (event.type === 'ISSUE_OPENED' ? opened(event.data) : undefined);
  if (before === undefined) return undefined;
  const fields: Fields = {
    ...before,
    ...(afterWork(before, event) ?? afterWord(before, event)),
    version: event.version,
  };
  return { ...fields, phase: phaseOf(fields) };
};

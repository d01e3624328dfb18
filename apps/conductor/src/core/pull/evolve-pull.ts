import type { EventDataOf, RigEvent } from '@rig/contracts';
import { UNCOUNTED_FAILURES } from '@rig/policy';
import { idleTask, startedTask, type TaskState } from '../task/task-state.js';
import { COMMENTS_KEPT, withCheck, type CheckState, type PullState } from './pull-state.js';

const opened = (data: EventDataOf<'PR_OPENED'>): PullState => ({
  ...data,
  version: 0,
  issue: null,
  status: 'open',
  commits: [],
  reviews: {},
  threads: {},
  rounds: 0,
  ciRounds: 0,
  comments: [],
  review: null,
  fix: null,
  tasks: 0,
  failures: 0,
  gate: null,
  merging: null,
  mergeFailures: 0,
  mergeCommit: null,
});

const newTask = (event: RigEvent & { type: 'REVIEW_ASSIGNED' | 'FIX_ASSIGNED' }): TaskState => {
  const kind = event.type === 'REVIEW_ASSIGNED' ? 'review' : event.data.cause === 'ci' ? 'fix-ci' : 'fix-review';
  const { taskId, agent, delivery, headSha } = event.data;
  return { taskId, kind, agent, delivery, position: event.position, headSha, attempts: 0, fence: null, worker: null };
};

/** Applies `change` to whichever live task has the id. */
const onTask = (pull: PullState, taskId: string, change: (task: TaskState) => TaskState | null): Partial<PullState> => {
  if (pull.review?.taskId === taskId) return { review: change(pull.review) };
  if (pull.fix?.taskId === taskId) return { fix: change(pull.fix) };
  return {};
};

type CiEvent = RigEvent & { type: 'CI_STARTED' | 'CI_PASSED' | 'CI_FAILED' };

const onCheck = (pull: PullState, event: CiEvent): Partial<PullState> => {
  const state = event.type === 'CI_STARTED' ? 'pending' : event.type === 'CI_PASSED' ? 'passed' : 'failed';
  const summary = event.type === 'CI_FAILED' ? event.data.summary : '';
  const check: CheckState = { runId: event.data.runId, state, summary };
  return { commits: withCheck(pull, event.data.headSha, event.data.check, check) };
};

type VerdictEvent = RigEvent & { type: 'REVIEW_APPROVED' | 'REVIEW_CHANGES_REQUESTED' };

const onVerdict = (pull: PullState, event: VerdictEvent): Partial<PullState> => {
  const { reviewId, by, headSha, body, submittedAt } = event.data;
  const state = event.type === 'REVIEW_APPROVED' ? 'approved' : 'changes-requested';
  return {
    reviews: { ...pull.reviews, [reviewId]: { by, state, headSha, body, submittedAt } },
    rounds: pull.rounds + (state === 'changes-requested' ? 1 : 0),
  };
};

const onLifeCycle = (pull: PullState, event: RigEvent): Partial<PullState> | undefined => {
  switch (event.type) {
    case 'PR_UPDATED': {
      const moved = event.data.headSha !== pull.headSha;
      return { ...event.data, ...(moved ? { gate: null, merging: null, failures: 0, mergeFailures: 0 } : {}) };
    }
    case 'PR_READY':
      return { draft: false, updatedAt: event.data.updatedAt };
    case 'PR_DRAFTED':
      return { draft: true, updatedAt: event.data.updatedAt };
    case 'PR_CLOSED':
      return { status: 'closed', updatedAt: event.data.updatedAt, review: null, fix: null, merging: null };
    case 'PR_REOPENED':
      return { status: 'open', updatedAt: event.data.updatedAt };
    case 'PR_MERGED': {
      const { mergeCommit, updatedAt } = event.data;
      return { status: 'merged', mergeCommit, updatedAt, review: null, fix: null, merging: null };
    }
    case 'PR_UNBLOCKED':
      return { failures: 0, rounds: 0, ciRounds: 0, mergeFailures: 0, gate: null };
    case 'PR_LINKED':
      return { issue: event.data.issue };
    default:
      return undefined;
  }
};

const onReviewOrGate = (pull: PullState, event: RigEvent): Partial<PullState> | undefined => {
  switch (event.type) {
    case 'CI_STARTED':
    case 'CI_PASSED':
    case 'CI_FAILED':
      return onCheck(pull, event);
    case 'REVIEW_APPROVED':
    case 'REVIEW_CHANGES_REQUESTED':
      return onVerdict(pull, event);
    case 'REVIEW_COMMENTED':
      return { comments: [...pull.comments, event.data.reviewId].slice(-COMMENTS_KEPT) };
    case 'REVIEW_DISMISSED': {
      const review = pull.reviews[event.data.reviewId];
      if (review === undefined) return {};
      return { reviews: { ...pull.reviews, [event.data.reviewId]: { ...review, state: 'dismissed' } } };
    }
    case 'REVIEW_THREAD_OPENED': {
      const { threadId, path, body } = event.data;
      return { threads: { ...pull.threads, [threadId]: { path, body, resolved: false } } };
    }
    case 'REVIEW_THREAD_RESOLVED': {
      const thread = pull.threads[event.data.threadId] ?? { path: '', body: '', resolved: true };
      return { threads: { ...pull.threads, [event.data.threadId]: { ...thread, resolved: true } } };
    }
    case 'MERGE_GATE_PASSED':
    case 'MERGE_GATE_HELD': {
      const { headSha, checks } = event.data;
      return { gate: { headSha, passed: event.type === 'MERGE_GATE_PASSED', checks } };
    }
    case 'MERGE_REQUESTED':
      return { merging: event.data.headSha };
    case 'MERGE_FAILED':
      return { merging: null, gate: null, mergeFailures: pull.mergeFailures + 1 };
    default:
      return undefined;
  }
};

const onWork = (pull: PullState, event: RigEvent): Partial<PullState> => {
  switch (event.type) {
    case 'REVIEW_ASSIGNED':
      return { review: newTask(event), tasks: event.data.ordinal };
    case 'FIX_ASSIGNED':
      return {
        fix: newTask(event),
        tasks: event.data.ordinal,
        ciRounds: pull.ciRounds + (event.data.cause === 'ci' ? 1 : 0),
      };
    case 'REVIEW_UNASSIGNED':
    case 'FIX_UNASSIGNED':
    case 'WORK_COMPLETED':
      return onTask(pull, event.data.taskId, () => null);
    case 'ATTEMPT_STARTED': {
      const { taskId, attempt, worker } = event.data;
      return onTask(pull, taskId, (task) => startedTask(task, event.position, attempt, worker));
    }
    case 'ATTEMPT_LOST':
      return { ...onTask(pull, event.data.taskId, idleTask), failures: pull.failures + 1 };
    case 'WORK_FAILED': {
      const counted = UNCOUNTED_FAILURES.includes(event.data.code) ? 0 : 1;
      return { ...onTask(pull, event.data.taskId, () => null), failures: pull.failures + counted };
    }
    default:
      return {};
  }
};

export const evolvePull = (pull: PullState | undefined, event: RigEvent): PullState | undefined => {
  const before = pull ?? (event.type === 'PR_OPENED' ? opened(event.data) : undefined);
  if (before === undefined) return undefined;
  const change = onLifeCycle(before, event) ?? onReviewOrGate(before, event) ?? onWork(before, event);
  return { ...before, ...change, version: event.version };
};

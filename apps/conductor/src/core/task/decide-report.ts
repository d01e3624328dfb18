import { issueSubject, type EventDataOf, type FactBody, type RigEventBody } from '@rig/contracts';
import { accept, refuse, type Refusal } from '@rig/kernel';
import { UNCOUNTED_FAILURES } from '@rig/policy';
import type { Decision, Proposed, World } from '../decision.js';
import { blockIssue } from '../issue/block-issue.js';
import { findTask, subjectOfTask } from './task-rules.js';
import type { TaskState } from './task-state.js';

export type WorkReport = Extract<FactBody, { type: 'WORK_PROGRESSED' | 'WORK_COMPLETED' | 'WORK_FAILED' }>;

export interface ReportContext {
  readonly agentId: string;
  /** Stream of the task the report names, whether or not the task still lives. */
  readonly subject: string;
  readonly maxAttempts: number;
  /**
   * What the forge says of the pull request that the report names: its branch; null when it has none of that number;
   * undefined when nobody asked.
   */
  readonly reportedBranch?: string | null | undefined;
}

const attemptsExhausted = (maxAttempts: number, last: { code: string; message: string }): RigEventBody => ({
  type: 'ISSUE_BLOCKED',
  data: {
    code: 'ATTEMPTS_EXHAUSTED',
    message: `${maxAttempts} attempts ended without a result; the last with ${last.code}: ${last.message}`.slice(
      0,
      1_024,
    ),
  },
});

/** Blocks the issue when this failure is the last one allowed. */
export const blockIfExhausted = (
  world: World,
  kind: TaskState['kind'],
  maxAttempts: number,
  last: { code: string; message: string },
): Proposed[] => {
  const issue = world.issue;
  if (issue === undefined || issue.block !== null || UNCOUNTED_FAILURES.includes(last.code)) return [];
  const failures = (kind === 'implement' ? issue.failures : (world.pull?.failures ?? 0)) + 1;
  if (failures < maxAttempts) return [];
  return [{ subject: issueSubject(issue.repo, issue.number), body: attemptsExhausted(maxAttempts, last) }];
};

const refusalOf = (task: TaskState | undefined, report: WorkReport, agentId: string): Refusal | undefined => {
  if (task === undefined) return { code: 'TASK_GONE', message: 'the task has ended' };
  if (task.agent !== agentId) return { code: 'NOT_YOURS', message: `the task belongs to ${task.agent}` };
  if (task.fence !== report.data.fence) {
    const now =
      task.fence === null ? 'no attempt runs' : `attempt ${task.attempts} holds it since position ${task.fence}`;
    return { code: 'FENCE_SUPERSEDED', message: now };
  }
  return undefined;
};

const completed = (task: TaskState, data: EventDataOf<'WORK_COMPLETED'>): RigEventBody | Refusal => {
  if (task.kind === 'implement' && data.pr === null) {
    return {
      code: 'PR_MISSING',
      message: 'an implement task ends with a pull request',
      fix: 'Report its number in data.pr.',
    };
  }
  return { type: 'WORK_COMPLETED', data };
};

/** A worker's word about a pull request is checked: one of another branch, or none at all, would strand the issue. */
const misnamed = (
  world: World,
  task: TaskState,
  report: WorkReport,
  branch: string | null | undefined,
): Refusal | undefined => {
  if (report.type !== 'WORK_COMPLETED' || task.kind !== 'implement' || branch === undefined) return undefined;
  if (branch === null) return { code: 'PR_UNKNOWN', message: `there is no pull request #${report.data.pr}` };
  if (branch === world.issue?.branch) return undefined;
  return {
    code: 'PR_NOT_YOURS',
    message: `pull request #${report.data.pr} is not of the branch ${world.issue?.branch}`,
  };
};

const accepted = (task: TaskState, report: WorkReport): RigEventBody | Refusal => {
  switch (report.type) {
    case 'WORK_PROGRESSED':
      return { type: 'WORK_PROGRESSED', data: report.data };
    case 'WORK_COMPLETED':
      return completed(task, { ...report.data, agent: task.agent, kind: task.kind });
    case 'WORK_FAILED':
      return { type: 'WORK_FAILED', data: { ...report.data, agent: task.agent, attempt: Math.max(task.attempts, 1) } };
  }
};

/** The pull request may have ended before its own report came: then its end is the issue's, too. */
const afterCompletion = (world: World, body: RigEventBody): Proposed[] => {
  const { issue, pull } = world;
  if (body.type !== 'WORK_COMPLETED' || body.data.kind !== 'implement' || pull?.number !== body.data.pr) return [];
  if (pull.status === 'closed') {
    return blockIssue(world, 'PR_CLOSED', `pull request #${pull.number} was closed without a merge`);
  }
  const merged = pull.status === 'merged' && pull.issue === issue?.number && issue?.mergeCommit === null;
  if (!merged || pull.mergeCommit === null || issue === undefined) return [];
  const data = { pr: pull.number, mergeCommit: pull.mergeCommit };
  return [{ subject: issueSubject(issue.repo, issue.number), body: { type: 'ISSUE_DONE', data } }];
};

/** Takes a worker's report, or records why it was refused: a late report is never silently dropped. */
export const decideReport = (world: World, report: WorkReport, context: ReportContext): Decision => {
  const task = findTask(world, report.data.taskId);
  const result =
    refusalOf(task, report, context.agentId) ??
    (task === undefined
      ? undefined
      : (misnamed(world, task, report, context.reportedBranch) ?? accepted(task, report)));
  if (task === undefined || result === undefined || 'code' in result) {
    const refusal =
      result !== undefined && 'code' in result ? result : { code: 'TASK_GONE', message: 'the task has ended' };
    // A step reported just before the end may be decided just after it: that says nothing about a stray worker.
    const overtaken = task === undefined && report.type === 'WORK_PROGRESSED';
    if (overtaken || (world.issue === undefined && world.pull === undefined)) return refuse(refusal);
    const { taskId, fence } = report.data;
    const data = {
      taskId,
      agent: context.agentId,
      fence,
      currentFence: task?.fence ?? null,
      reported: report.type,
      ...pick(refusal),
    };
    return accept([{ subject: context.subject, body: { type: 'WORK_REPORT_REFUSED', data } }]);
  }
  const subject = subjectOfTask(world, task.kind) ?? context.subject;
  const blocked =
    report.type === 'WORK_FAILED' ? blockIfExhausted(world, task.kind, context.maxAttempts, report.data) : [];
  return accept([{ subject, body: result }, ...blocked, ...afterCompletion(world, result)]);
};

const pick = ({ code, message }: Refusal): { code: string; message: string } => ({ code, message });

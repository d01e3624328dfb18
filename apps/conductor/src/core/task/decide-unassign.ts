import type { RigEventBody } from '@rig/contracts';
import { accept } from '@rig/kernel';
import type { Decision, World } from '../decision.js';
import { findTask, subjectOfTask } from './task-rules.js';
import type { TaskState } from './task-state.js';

/** The event that ends an assignment without a result. */
export const unassigned = (task: TaskState, code: string, message: string): RigEventBody => {
  const data = { taskId: task.taskId, agent: task.agent, code, message };
  switch (task.kind) {
    case 'implement':
      return { type: 'ISSUE_UNASSIGNED', data };
    case 'review':
      return { type: 'REVIEW_UNASSIGNED', data };
    case 'fix-review':
    case 'fix-ci':
      return { type: 'FIX_UNASSIGNED', data };
  }
};

/** Takes a task back from its agent: its fence is void from here on. A task that has ended stays as it is. */
export const decideUnassign = (world: World, taskId: string, code: string, message: string): Decision => {
  const task = findTask(world, taskId);
  const subject = task && subjectOfTask(world, task.kind);
  if (task === undefined || subject === undefined) return accept([]);
  return accept([{ subject, body: unassigned(task, code, message) }]);
};

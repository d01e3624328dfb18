import type { RigEvent } from '@rig/contracts';
import type { LiveTask, TaskTable } from './task-table.js';

const assigned = (event: RigEvent): LiveTask | undefined => {
  const { subject, position } = event;
  switch (event.type) {
    case 'ISSUE_ASSIGNED': {
      const { taskId, agent } = event.data;
      return { taskId, kind: 'implement', agent, subject, headSha: null, position, fence: null };
    }
    case 'REVIEW_ASSIGNED': {
      const { taskId, agent, headSha } = event.data;
      return { taskId, kind: 'review', agent, subject, headSha, position, fence: null };
    }
    case 'FIX_ASSIGNED': {
      const { taskId, agent, headSha, cause } = event.data;
      const kind = cause === 'ci' ? 'fix-ci' : 'fix-review';
      return { taskId, kind, agent, subject, headSha, position, fence: null };
    }
    default:
      return undefined;
  }
};

/** Events after which nothing runs for their subject any more. */
const ENDS_ALL: ReadonlySet<string> = new Set([
  'ISSUE_BLOCKED',
  'ISSUE_DONE',
  'ISSUE_CLOSED',
  'PR_CLOSED',
  'PR_MERGED',
]);

const withFence = (tasks: TaskTable, taskId: string, fence: number | null): void => {
  const task = tasks.get(taskId);
  if (task !== undefined) tasks.put({ ...task, fence });
};

/** Applies one event to the live tasks, in place. */
export const applyToTasks = (tasks: TaskTable, event: RigEvent): void => {
  const task = assigned(event);
  if (task !== undefined) {
    tasks.put(task);
    return;
  }
  if (ENDS_ALL.has(event.type)) {
    tasks.deleteOf(event.subject);
    return;
  }
  switch (event.type) {
    case 'ATTEMPT_STARTED':
      withFence(tasks, event.data.taskId, event.position);
      return;
    case 'ATTEMPT_LOST':
      withFence(tasks, event.data.taskId, null);
      return;
    case 'ISSUE_UNASSIGNED':
    case 'REVIEW_UNASSIGNED':
    case 'FIX_UNASSIGNED':
    case 'WORK_COMPLETED':
    case 'WORK_FAILED':
      tasks.delete(event.data.taskId);
      return;
    default:
      return;
  }
};

import type { RigEvent, TaskKind } from '@rig/contracts';

/** An assignment that has not ended. */
export interface LiveTask {
  readonly taskId: string;
  readonly kind: TaskKind;
  readonly agent: string;
  /** Log stream of the issue or pull request. */
  readonly subject: string;
  /** The commit a review or fix is about. */
  readonly headSha: string | null;
  /** Position of the assignment. */
  readonly position: number;
  /** Position of the running attempt's start; null while none runs. */
  readonly fence: number | null;
}

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

const endOf = (tasks: Map<string, LiveTask>, subject: string): void => {
  for (const task of [...tasks.values()]) if (task.subject === subject) tasks.delete(task.taskId);
};

const withFence = (tasks: Map<string, LiveTask>, taskId: string, fence: number | null): void => {
  const task = tasks.get(taskId);
  if (task !== undefined) tasks.set(taskId, { ...task, fence });
};

/** Applies one event to the live tasks, in place. */
export const applyToTasks = (tasks: Map<string, LiveTask>, event: RigEvent): void => {
  const task = assigned(event);
  if (task !== undefined) {
    tasks.set(task.taskId, task);
    return;
  }
  if (ENDS_ALL.has(event.type)) {
    endOf(tasks, event.subject);
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

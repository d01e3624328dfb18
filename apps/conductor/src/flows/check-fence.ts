import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import type { TaskRow } from '../core/task/task-row.js';
import type { FindTask } from './task-context.js';

/** Serves only the current fence of the agent's own task. Refusals: TASK_GONE, NOT_YOURS, FENCE_SUPERSEDED. */
export const createCheckFence =
  (find: FindTask) =>
  async (taskId: string, agentId: string, fence: number): Promise<Result<TaskRow, Refusal>> => {
    const row = (await find(taskId))?.row;
    if (row === undefined || !row.live) return refuse({ code: 'TASK_GONE', message: `task ${taskId} has ended` });
    if (row.agent !== agentId) return refuse({ code: 'NOT_YOURS', message: `task ${taskId} belongs to ${row.agent}` });
    if (row.fence !== fence) {
      return refuse({
        code: 'FENCE_SUPERSEDED',
        message: `fence ${fence} is not the current one of task ${taskId}`,
        fix: 'Stop this attempt; another one took its place.',
      });
    }
    return accept(row);
  };

export type CheckFence = ReturnType<typeof createCheckFence>;

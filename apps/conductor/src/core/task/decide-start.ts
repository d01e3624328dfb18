import type { Worker } from '@rig/contracts';
import { accept, refuse } from '@rig/kernel';
import type { Decision, World } from '../decision.js';
import { findTask, subjectOfTask, taskGone } from './task-rules.js';

export interface StartCommand {
  readonly taskId: string;
  readonly agentId: string;
  readonly worker: Worker;
}

/**
 * Starts an attempt. The same worker asking again while its attempt runs changes nothing (an empty decision).
 * Refusals: TASK_GONE, NOT_YOURS, ATTEMPT_LIVE.
 */
export const decideStart = (world: World, command: StartCommand): Decision => {
  const task = findTask(world, command.taskId);
  const subject = task && subjectOfTask(world, task.kind);
  if (task === undefined || subject === undefined) return taskGone(command.taskId);
  if (task.agent !== command.agentId) {
    return refuse({ code: 'NOT_YOURS', message: `task ${task.taskId} belongs to ${task.agent}` });
  }
  if (task.fence !== null) {
    const same = task.worker?.name === command.worker.name && task.worker.incarnation === command.worker.incarnation;
    if (same) return accept([]);
    return refuse({
      code: 'ATTEMPT_LIVE',
      message: `attempt ${task.attempts} runs on ${task.worker?.name ?? 'another worker'}`,
      fix: 'Try again later: the attempt ends when it reports, or when its lease runs out.',
    });
  }
  const data = { taskId: task.taskId, agent: task.agent, attempt: task.attempts + 1, worker: command.worker };
  return accept([{ subject, body: { type: 'ATTEMPT_STARTED', data } }]);
};

import type { Worker } from '@rig/contracts';
import { accept, refuse } from '@rig/kernel';
import type { Decision, Proposed, World } from '../decision.js';
import { decideLost } from './decide-lost.js';
import { findTask, subjectOfTask, taskGone } from './task-rules.js';
import type { TaskState } from './task-state.js';

export interface StartCommand {
  readonly taskId: string;
  readonly agentId: string;
  readonly worker: Worker;
  /** Whether the running attempt still renews its lease. */
  readonly leaseLive: boolean;
  readonly maxAttempts: number;
}

/** A pod that was killed and started again: the same name, another start, and nobody renews the lease of the first. */
const isSuccessor = (task: TaskState, { worker, leaseLive }: StartCommand): boolean =>
  !leaseLive && task.worker?.name === worker.name && task.worker.incarnation !== worker.incarnation;

const started = (subject: string, task: TaskState, worker: Worker): Proposed => ({
  subject,
  body: {
    type: 'ATTEMPT_STARTED',
    data: { taskId: task.taskId, agent: task.agent, attempt: task.attempts + 1, worker },
  },
});

/** Ends the attempt of a worker that was started again and begins the next one in the same commit. */
const takeOver = (world: World, subject: string, task: TaskState, fence: number, command: StartCommand): Decision => {
  const { taskId, worker, maxAttempts } = command;
  const reason = `${worker.name} was started again`;
  const lost = decideLost(world, { taskId, fence, reason, maxAttempts });
  const exhausted = lost.ok && lost.value.length > 1;
  return exhausted || !lost.ok ? lost : accept([...lost.value, started(subject, task, worker)]);
};

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
  if (task.fence === null) return accept([started(subject, task, command.worker)]);
  if (isSuccessor(task, command)) return takeOver(world, subject, task, task.fence, command);
  const same = task.worker?.name === command.worker.name && task.worker.incarnation === command.worker.incarnation;
  if (same) return accept([]);
  return refuse({
    code: 'ATTEMPT_LIVE',
    message: `attempt ${task.attempts} runs on ${task.worker?.name ?? 'another worker'}`,
    fix: 'Try again later: the attempt ends when it reports, or when its lease runs out.',
  });
};

import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import type { RigEventBody } from '@rig/contracts';
import type { Decision, World } from '../decision.js';
import { blockIfExhausted } from './decide-report.js';
import { unassigned } from './decide-unassign.js';
import { findTask, subjectOfTask } from './task-rules.js';

export interface LostCommand {
  readonly taskId: string;
  readonly fence: number;
  readonly reason: string;
  readonly maxAttempts: number;
}

const superseded = (message: string): Result<never, Refusal> => refuse({ code: 'FENCE_SUPERSEDED', message });

/** Ends an attempt whose worker fell silent: its fence is void from here on, and the task is offered again. */
export const decideLost = (world: World, command: LostCommand): Decision => {
  const task = findTask(world, command.taskId);
  const subject = task && subjectOfTask(world, task.kind);
  if (task === undefined || subject === undefined) return superseded('the task has ended');
  if (task.fence !== command.fence) return superseded(`the attempt at position ${command.fence} is over`);
  const last = { code: 'ATTEMPT_LOST', message: command.reason };
  const blocked = blockIfExhausted(world, task.kind, command.maxAttempts, last);
  const lost: RigEventBody = {
    type: 'ATTEMPT_LOST',
    data: {
      taskId: task.taskId,
      agent: task.agent,
      attempt: task.attempts,
      fence: command.fence,
      reason: command.reason,
    },
  };
  // When the issue is given up, no task of it stays open.
  const ended = blocked.length === 0 ? [] : [unassigned(task, 'ATTEMPTS_EXHAUSTED', 'no attempts are left')];
  return accept([...[lost, ...ended].map((body) => ({ subject, body })), ...blocked]);
};

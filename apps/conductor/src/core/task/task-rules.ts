import { issueSubject, pullSubject, type TaskKind } from '@rig/contracts';
import { refuse, type Refusal, type Result } from '@rig/kernel';
import type { World } from '../decision.js';
import type { TaskState } from './task-state.js';

/** A claim over HTTP that nobody has started for so long, in milliseconds, is free for others. */
export const CLAIM_MS = 10 * 60_000;

/** The live task with this id, wherever in the world it hangs. */
export const findTask = (world: World, taskId: string): TaskState | undefined =>
  [world.issue?.task, world.pull?.review, world.pull?.fix].find((task) => task?.taskId === taskId) ?? undefined;

/** The stream that a task's events lie on: implement on the issue's, everything else on the pull request's. */
export const subjectOfTask = (world: World, kind: TaskKind): string | undefined => {
  if (kind === 'implement') return world.issue && issueSubject(world.issue.repo, world.issue.number);
  return world.pull && pullSubject(world.pull.repo, world.pull.number);
};

export const taskGone = (taskId: string): Result<never, Refusal> =>
  refuse({
    code: 'TASK_GONE',
    message: `task ${taskId} has ended or was given to another agent`,
    fix: 'Drop the offer.',
  });

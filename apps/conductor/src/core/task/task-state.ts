import type { TaskKind, Worker } from '@rig/contracts';

/** The live task of an issue or pull request. A task that ended is not kept here; the log has it. */
export interface TaskState {
  readonly taskId: string;
  readonly kind: TaskKind;
  readonly agent: string;
  readonly delivery: 'stream' | 'http';
  /** Position of the assignment. */
  readonly position: number;
  readonly headSha: string | null;
  /** Attempts started under this assignment. */
  readonly attempts: number;
  /** Position of the running attempt's start; null when none runs. */
  readonly fence: number | null;
  readonly worker: Worker | null;
}

export const startedTask = (task: TaskState, fence: number, attempt: number, worker: Worker): TaskState => ({
  ...task,
  attempts: attempt,
  fence,
  worker,
});

/** The attempt is over, the assignment stands. */
export const idleTask = (task: TaskState): TaskState => ({ ...task, fence: null, worker: null });

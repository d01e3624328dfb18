import { parsePlace } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import type { TaskRow } from '../core/task/task-row.js';
import type { Reading } from './commit-decision.js';
import type { LoadWorld, VersionedWorld } from './load-world.js';
import { tasks } from './projections.js';

/** A task's row and the way to load the world it lives in. */
export interface TaskContext {
  readonly row: TaskRow;
  load(how?: Reading): Promise<VersionedWorld>;
}

export const createTaskContext =
  (store: EventStore, load: LoadWorld) =>
  async (taskId: string): Promise<TaskContext | undefined> => {
    const row = await store.load(tasks, taskId);
    const subject = row && parsePlace(row.subject);
    if (row === undefined || subject === undefined) return undefined;
    const { kind, repo, number } = subject;
    return {
      row,
      load: (how) => (kind === 'issue' ? load.issue(repo, number, how) : load.pull(repo, number, undefined, how)),
    };
  };

export type FindTask = ReturnType<typeof createTaskContext>;

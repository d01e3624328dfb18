import type { Board } from './board.js';
import { readyIssues } from './decide-issues.js';
import type { Wait } from './pass.js';

/** Counts for the metrics, by state. */
export interface Backlog {
  readonly readyIssues: number;
  readonly openPulls: number;
  readonly assignedTasks: number;
  readonly runningTasks: number;
  /** Waiting issues and pull requests by code. */
  readonly waiting: ReadonlyMap<string, number>;
  /** When the oldest ready issue was opened (ISO 8601); undefined without any. */
  readonly oldestReady: string | undefined;
}

export const backlogOf = (board: Board, waits: ReadonlyMap<string, Wait>): Backlog => {
  const ready = readyIssues({ board });
  const tasks = [...board.tasks.values()];
  const waiting = new Map<string, number>();
  for (const { code } of waits.values()) waiting.set(code, (waiting.get(code) ?? 0) + 1);
  return {
    readyIssues: ready.length,
    openPulls: [...board.pulls.values()].filter((pull) => pull.open).length,
    assignedTasks: tasks.filter((task) => task.fence === null).length,
    runningTasks: tasks.filter((task) => task.fence !== null).length,
    waiting,
    oldestReady: ready.map((issue) => issue.openedAt).sort()[0],
  };
};

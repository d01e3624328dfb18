import { parseSubject, type RigEvent } from '@rig/contracts';
import { evolvePause, type Pause } from '@rig/policy';
import { evolveIssue, type IssueItem } from './issue-item.js';
import { ItemTable } from './item-table.js';
import { applyToTasks } from './live-task.js';
import { evolvePull, type PullItem } from './pull-item.js';
import { applyToRecent, RecentTable } from './recent.js';
import { TaskTable } from './task-table.js';
import { Touched } from './touched.js';

/** All that deciding needs to know, folded from the log in position order. */
export interface Board {
  /** Position of the last event applied. */
  position: number;
  readonly issues: ItemTable<IssueItem>;
  readonly pulls: ItemTable<PullItem>;
  readonly tasks: TaskTable;
  readonly recent: RecentTable;
  /** Pauses in force, by log stream. */
  readonly pauses: Record<string, Pause>;
  /** What changed since a planner last looked. */
  readonly touched: Touched;
}

/** Closed issues and closed pull requests kept, of each, in case they are opened again. */
export const CLOSED_KEPT = 1_000;

export const emptyBoard = (): Board => {
  const touched = new Touched();
  return {
    position: 0,
    issues: new ItemTable(touched),
    pulls: new ItemTable(touched),
    tasks: new TaskTable(touched),
    recent: new RecentTable(touched),
    pauses: {},
    touched,
  };
};

const applyToIssue = (board: Board, event: RigEvent, at: number): void => {
  const issue = evolveIssue(board.issues.get(event.subject), event, at);
  if (issue === undefined) return;
  board.issues.put(issue);
  if (event.type === 'ISSUE_CLOSED' || event.type === 'ISSUE_DONE') board.issues.forgetClosed(CLOSED_KEPT);
};

const applyToPull = (board: Board, event: RigEvent, at: number): void => {
  const task = 'taskId' in event.data ? board.tasks.get(event.data.taskId ?? '') : undefined;
  const pull = evolvePull(board.pulls.get(event.subject), event, at, task);
  if (pull === undefined) return;
  // A merged pull request never comes back.
  if (event.type === 'PR_MERGED') board.pulls.delete(event.subject);
  else board.pulls.put(pull);
  if (event.type === 'PR_CLOSED') board.pulls.forgetClosed(CLOSED_KEPT);
};

const applyToPauses = (board: Board, event: RigEvent): void => {
  const pause = evolvePause(board.pauses[event.subject], event);
  board.touched.add(event.subject);
  if (pause === undefined) delete board.pauses[event.subject];
  else board.pauses[event.subject] = pause;
};

/**
 * Applies one event, in place: the board belongs to one reader and is large. An event at or before the board's
 * position is passed over, so a second delivery does nothing.
 * @param at  the event's time, milliseconds since 1970
 */
export const applyToBoard = (board: Board, event: RigEvent, at: number): void => {
  if (event.position <= board.position) return;
  board.position = event.position;
  const subject = parseSubject(event.subject);
  if (subject === undefined) return;
  if (subject.kind === 'issue') applyToIssue(board, event, at);
  if (subject.kind === 'pull') applyToPull(board, event, at);
  if (subject.kind !== 'issue' && subject.kind !== 'pull') {
    applyToPauses(board, event);
    return;
  }
  applyToTasks(board.tasks, event);
  applyToRecent(board.recent, event, subject.repo, at);
};

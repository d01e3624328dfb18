import { issueSubject, pullSubject, type Assignment, type Offer } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import type { TaskRow } from '../core/task/task-row.js';
import { issues, pulls, tasks } from './projections.js';

export interface TaskDescription {
  readonly row: TaskRow;
  readonly issue: number | null;
  readonly pr: number | null;
  readonly title: string;
}

/** What an offer or assignment says of a task; undefined for an unknown task. */
export const createDescribeTask =
  (store: EventStore) =>
  async (taskId: string): Promise<TaskDescription | undefined> => {
    const remembered = await store.recall(tasks, taskId);
    // That it has ended, or never was, is asked of the log.
    const row = remembered?.live === true ? remembered : await store.load(tasks, taskId);
    if (row === undefined) return undefined;
    if (row.kind === 'implement') {
      const issue = await store.recall(issues, issueSubject(row.repo, row.number));
      return issue && { row, issue: row.number, pr: issue.pr, title: issue.title };
    }
    const pull = await store.recall(pulls, pullSubject(row.repo, row.number));
    return pull && { row, issue: pull.issue, pr: row.number, title: pull.title };
  };

export type DescribeTask = ReturnType<typeof createDescribeTask>;

export const toAssignment = ({ row, issue, pr, title }: TaskDescription): Assignment => ({
  taskId: row.taskId,
  kind: row.kind,
  position: row.position,
  repo: row.repo,
  issue,
  pr,
  title,
  tier: row.tier,
});

export const toOffer = (description: TaskDescription, traceparent: string | undefined): Offer => ({
  ...toAssignment(description),
  ...(traceparent === undefined ? {} : { traceparent }),
});

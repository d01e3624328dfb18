import type { TaskState } from '../task/task-state.js';

export type IssuePhase = 'opened' | 'ready' | 'assigned' | 'working' | 'in-review' | 'done' | 'blocked' | 'closed';

/** Everything decided about one issue; docs/states/issue.md draws its life cycle. */
export interface IssueState {
  readonly repo: string;
  readonly number: number;
  /** Version of the issue's stream. */
  readonly version: number;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly author: string;
  readonly openedAt: string;
  /** The forge's time of the newest snapshot taken. */
  readonly updatedAt: string;
  readonly open: boolean;
  readonly approved: boolean;
  readonly priority: number;
  readonly phase: IssuePhase;
  readonly task: TaskState | null;
  /** Implement tasks made so far; numbers the next one. */
  readonly assignments: number;
  /** Attempts that failed or were lost since the issue was approved or unblocked. */
  readonly failures: number;
  readonly lastFailure: { readonly code: string; readonly message: string } | null;
  /** Before this time nobody may claim it again; null when nothing failed. */
  readonly retryAt: string | null;
  /** The agent that holds or last held the issue. */
  readonly agent: string | null;
  /** Where the work is pushed; named by the first assignment. */
  readonly branch: string | null;
  readonly pr: number | null;
  readonly block: { readonly code: string; readonly message: string } | null;
  readonly deferral: { readonly code: string; readonly message: string } | null;
  readonly mergeCommit: string | null;
  /** Its work was merged while the log took it for closed: nobody knows yet whether it had been opened again before. */
  readonly mergedClosed: boolean;
}

/** The phase that the other fields add up to. */
export const phaseOf = (issue: Omit<IssueState, 'phase'>): IssuePhase => {
  if (issue.mergeCommit !== null) return 'done';
  if (!issue.open) return 'closed';
  if (issue.block !== null) return 'blocked';
  if (issue.task !== null) return issue.task.fence === null ? 'assigned' : 'working';
  if (issue.pr !== null) return 'in-review';
  return issue.approved ? 'ready' : 'opened';
};

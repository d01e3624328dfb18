/** How an attempt ended, as it is reported. */
export type Outcome =
  | {
      readonly type: 'completed';
      readonly summary: string;
      readonly pr: number | null;
      readonly headSha: string | null;
      readonly verdict: 'approved' | 'changes-requested' | null;
    }
  | { readonly type: 'failed'; readonly code: FailureCode; readonly message: string };

/** Stable codes of WORK_FAILED. */
export type FailureCode =
  /** The command ended with another exit code than 0. */
  | 'AGENT_EXITED'
  /** The command said that it could not do the task. */
  | 'AGENT_FAILED'
  /** The command could not be started. */
  | 'AGENT_NOT_STARTED'
  | 'AGENT_TIMED_OUT'
  | 'RESULT_INVALID'
  | 'NOTHING_CHANGED'
  /** The commit or branch that the task is about is not in the repository any more. */
  | 'HEAD_GONE'
  | 'FETCH_FAILED'
  | 'PUSH_REFUSED'
  | 'PULL_REFUSED'
  | 'REVIEW_REFUSED'
  /** The task does not fit its kind, or a name in it is not usable. */
  | 'TASK_INVALID'
  /** The worker was asked to end; not counted as an attempt. */
  | 'HANDED_BACK'
  | 'WORKER_FAILED';

export const failed = (code: FailureCode, message: string): Outcome => ({ type: 'failed', code, message });

import { CommitSha, ReviewThread, TaskBrief } from '@rig/contracts';
import { z } from 'zod';

/** Where the command finds its task: a JSON file, `TaskFile`. */
export const TASK_FILE_VARIABLE = 'RIG_TASK_FILE';
/** Where the command writes its result: a JSON file, `AuthorResult` or `ReviewerResult`. */
export const RESULT_FILE_VARIABLE = 'RIG_RESULT_FILE';
/** Larger result files are refused. */
export const MAX_RESULT_BYTES = 1024 * 1024;

/** What an agent command is told; its working directory is the worktree. */
export const TaskFile = TaskBrief.extend({
  /** The commit that the pull request's diff starts from: `git diff <diffBase>` shows the work so far. */
  diffBase: CommitSha,
  /** The commit the worktree stood at when the command was started. */
  startSha: CommitSha,
  /** Review threads of the pull request, the resolved ones too. */
  threads: z.array(ReviewThread),
});
export type TaskFile = z.infer<typeof TaskFile>;

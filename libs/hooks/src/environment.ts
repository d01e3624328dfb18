/**
 * What a worker tells the hook, through the environment of the agent's client. None of it can loosen a decision by more
 * than saying what the workspace is.
 */
export const HOOK_VARIABLES = {
  /** The worktree of the task. */
  workspace: 'RIG_WORKSPACE',
  /** A folder of the task's own beside the worktree; what the agent writes there is nobody else's business. */
  scratch: 'RIG_SCRATCH_DIR',
  agent: 'RIG_AGENT_ID',
  task: 'RIG_TASK_ID',
  fence: 'RIG_FENCE',
  /** Where the hook leaves its reports for the worker. */
  spool: 'RIG_SPOOL_DIR',
} as const;

/** Sizes of the hooks' spool: 16 MiB, some ten thousand blocks. */
export const GUARD_SPOOL = { segmentBytes: 1 << 20, segments: 16, recordBytes: 64 << 10 } as const;

/** Begins the session id of a test of the guard; the id under which its event shall come follows. */
export const CANARY_SESSION = 'rig-canary-';

import type { LineComment, TaskFile } from '@rig/agent-kit';
import type { TaskBrief, TaskToken } from '@rig/contracts';
import type { WorkerForge } from '@rig/forge';
import type { FailureCode, Outcome } from '../core/outcome.js';

/** Why an attempt is ended from outside. */
export type StopReason = 'superseded' | 'handed-back';

/** One attempt while it runs. */
export interface Attempt {
  readonly brief: TaskBrief;
  /** Aborts with a `StopReason` when the fence is lost or the worker has to end. */
  readonly signal: AbortSignal;
  /** Reports a step; never fails, never waits. */
  progress(step: string, message: string): void;
  /** A fresh forge token; a lost fence aborts the attempt. */
  token(): Promise<TaskToken>;
}

/** Ends the attempt with a code of its own; anything else that is thrown is `WORKER_FAILED`. */
export class AttemptFailed extends Error {
  readonly code: FailureCode;
  constructor(code: FailureCode, message: string) {
    super(message);
    this.name = 'AttemptFailed';
    this.code = code;
  }
}

/** A worktree of one attempt. */
export interface Workspace {
  /** The agent command's working directory. */
  readonly tree: string;
  /** The attempt's own folder: task file, result file, home. */
  readonly folder: string;
  /** The commit the worktree was made at. */
  readonly startSha: string;
  readonly diffBase: string;
  /** Commits what lies uncommitted; resolves to the head, with `changed` false when the tree is as at the start. */
  commit(message: string, agent: string): Promise<{ readonly headSha: string; readonly changed: boolean }>;
  /** Pushes the head to the task's branch; resolves to the commit that the branch is at. */
  push(headSha: string, token: TaskToken): Promise<string>;
  /** The diff of the pull request as the worktree was made. */
  diff(): Promise<string>;
  close(): Promise<void>;
}

export interface Workspaces {
  /** Throws `AttemptFailed` FETCH_FAILED, HEAD_GONE or TASK_INVALID. */
  open(brief: TaskBrief, token: TaskToken, signal: AbortSignal): Promise<Workspace>;
}

export interface AgentCommand {
  /** Runs the configured command and gives back what it wrote; throws `AttemptFailed` with an AGENT_ code. */
  run(task: TaskFile, workspace: Workspace, signal: AbortSignal): Promise<string>;
}

export type OpenForge = (token: TaskToken) => WorkerForge;
export type RunAttempt = (attempt: Attempt) => Promise<Outcome>;
export type { LineComment };

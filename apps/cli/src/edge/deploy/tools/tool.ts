import type { Refusal, Result } from '@rig/kernel';

/** A program that a check runs. */
export interface Tool {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  /** As the program tells it. */
  readonly version: string;
}

/** The refusal says why it cannot be had here; the checks that need it are shown as skipped with that reason. */
export type FoundTool = Result<Tool, Refusal>;

export interface FindOptions {
  /** False: use what is there, fetch nothing. */
  readonly fetch: boolean;
  readonly log: (line: string) => void;
}

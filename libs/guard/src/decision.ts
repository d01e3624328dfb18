import type { GuardPolicy } from './policy/policy.js';

/** Where something is judged. */
export interface Place {
  /** Absolute. */
  readonly cwd: string;
  /** Absolute: the folder the task may change. */
  readonly workspace: string;
  /** Absolute. Default: taken from the workspace if that lies in a home folder, else `/root`. */
  readonly home?: string;
  /**
   * Variables known to be set, by name. A variable that is not among them is unknown, never empty. Only `TMPDIR`,
   * `HOME` and what commands plainly use matter.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** Folders whose content is the task's, besides the workspace, `/tmp` and the like. Absolute. */
  readonly scratch?: readonly string[];
  /** Files that belong to the guard besides the ones it knows: its policy, its hook, the operator's folder. */
  readonly guarded?: readonly string[];
  /** Default: the built-in rules alone. */
  readonly policy?: GuardPolicy;
  /**
   * Where an absolute path leads once every symbolic link in it is followed; undefined where that is the path itself. The
   * caller looks, so that the engine stays pure. Default: no link is known but those that the command makes.
   */
  readonly links?: (path: string) => string | undefined;
}

export interface JudgeInput extends Place {
  /** Shell text, at most 128 KiB of characters. */
  readonly command: string;
  /**
   * Text of a script that the command runs, by absolute path; undefined if there is none or it lies outside the
   * workspace. The caller reads, so that the engine stays pure; it is asked at most 256 times for one decision.
   */
  readonly scripts?: (path: string) => string | undefined;
}

export interface Allowed {
  readonly decision: 'allow';
  readonly policyHash: string;
}

export interface Blocked {
  readonly decision: 'block';
  /** Id of the rule, `fs.rm.root`. */
  readonly rule: string;
  readonly category: string;
  /** What was refused and why, for the agent. */
  readonly message: string;
  /** A command that may be run instead. */
  readonly alternative: string;
  /** The part of the command, as offsets in UTF-16 code units. */
  readonly span: { readonly start: number; readonly end: number };
  /** Through what it was found, outermost first: `['bash -c', 'xargs']`. */
  readonly via: readonly string[];
  readonly policyHash: string;
}

export type Decision = Allowed | Blocked;

import type { Refusal, Result } from '@rig/kernel';

export const CLIENTS = ['claude-code', 'codex', 'gemini-cli'] as const;
export type ClientName = (typeof CLIENTS)[number];

/** `managed`: for everybody on this machine, written by root, in images. `user`: for one home folder, on a laptop. */
export type Scope = 'managed' | 'user';

/** A command that a client's settings put before its tools. */
export interface HookCommand {
  readonly command: string;
  /** Given: the command is started by itself with these words. Not given: a shell reads it. */
  readonly args: readonly string[] | undefined;
  /** Pattern of names of tools; undefined for all. */
  readonly matcher: string | undefined;
  /** A hook that fails blocks. */
  readonly failsClosed: boolean;
  readonly timeoutMs: number;
}

/** What settings say that concerns the guard. */
export interface ReadSettings {
  /** Commands before a tool is used, in order. */
  readonly commands: readonly HookCommand[];
  /** What in these settings keeps hooks from running, or from being heeded; each a sentence. */
  readonly problems: readonly string[];
}

/** One client: where its settings lie, how the guard is put into them, and how it is found there. */
export interface Client {
  readonly name: ClientName;
  readonly title: string;
  /** Below the root of the file system, or below the home folder. */
  readonly file: Readonly<Record<Scope, string>>;
  /** The tool that runs commands, as hooks are told of it. */
  readonly shellTool: string;
  /** What cannot be seen from here and has to hold as well, as a sentence; undefined if there is nothing. */
  caveat(scope: Scope): string | undefined;
  /** What there is to do besides writing the file, as sentences. */
  advice(scope: Scope): readonly string[];
  /**
   * The settings with the guard in them; everything else stays. The same again changes nothing.
   * @param text  as they are now; undefined where there is no file. Refused (SETTINGS_INVALID, SETTINGS_CONFLICT) when
   *   they cannot be read: they are somebody's, and are left as they are.
   */
  put(text: string | undefined, command: string, scope: Scope): Result<string, Refusal>;
  read(text: string): Result<ReadSettings, Refusal>;
  /** What the client would send to the hook for a command; `session` ends up as the session's id. */
  call(command: string, cwd: string, session: string): unknown;
}

import type { Fact } from './facts.js';
import type { Site } from './paths/site.js';
import type { Tighten } from './policy/policy.js';
import type { ParsedScript } from './shell/parse.js';
import type { Shell } from './shell/state.js';

/** One command about to run: its words after all expansions. */
export interface Call {
  /** The command's plain name: no folder, no version (`/usr/bin/python3.12` is `python`). */
  readonly name: string;
  readonly argv: readonly string[];
  readonly shell: Shell;
  /** What it would read: text with marks. */
  readonly stdin: string;
  /** Whether standard input is given by a pipe or redirection. */
  readonly piped: boolean;
  readonly machine: Machine;
}

/** Looks at a call, emits facts, and tells what it prints; undefined where nobody knows. */
export type Handler = (call: Call) => string | undefined;

/** What the parts of the engine ask of each other. */
export interface Machine {
  readonly site: Site;
  readonly tighten: Tighten;
  /** Whether a name is one of the commands that are looked into. */
  knows(name: string): boolean;
  emit(fact: Fact): void;
  /** True once the decision is certain or a budget is spent: everything returns at once. */
  readonly halted: boolean;
  runScript(script: ParsedScript, shell: Shell, stdin: string): string;
  /** Runs text as shell code, found by way of `via`. */
  runText(text: string, shell: Shell, via: string, stdin?: string, lenient?: boolean): string;
  /** Runs a piece of a file's text that holds commands: a recipe, a script of a manifest. */
  runPiece(piece: string, shell: Shell, via: string): string;
  /** Runs one command given by its words. */
  invoke(argv: readonly string[], shell: Shell, stdin: string, piped?: boolean): string;
  within<T>(via: string, fallback: T, body: () => T): T;
  /** The text of a file, as far as the command itself wrote it or the caller read it. */
  readFile(path: string, shell: Shell): string | undefined;
}

import type { FunctionNode } from './parse.js';
import { SOME, UNKNOWN } from './marks.js';

/** A variable: text with marks, or the elements of an array. */
export type Value = string | readonly string[];

/** What the shell code of one decision has in common, subshells included. */
export interface Shared {
  /** Text of files written by the command itself, by absolute path. */
  readonly files: Map<string, string>;
  /** Symbolic links made by the command itself. */
  readonly links: Map<string, string>;
  /** Copies of programs that the command made, and of which. */
  readonly programs: Map<string, string>;
  /** Copies of other files that the command made, and of which. */
  readonly copies: Map<string, string>;
  /** Keys of git's configuration that the command sets, in lower case. */
  readonly gitConfig: Map<string, string>;
  /** What takes up the text that is written to a path: `>(sh)`. */
  readonly sinks: Map<string, (text: string) => void>;
  /** Folders the command makes. */
  readonly made: Set<string>;
  /** Folders the command fills from the network, and how. */
  readonly fetched: Map<string, 'archive' | 'clone'>;
  /** Code to run when the shell ends. */
  readonly traps: string[];
}

/** Set in every ordinary environment, so not empty, but to what is not known. */
const ALWAYS_SET = new Set([
  'PATH',
  'USER',
  'LOGNAME',
  'SHELL',
  'HOSTNAME',
  'UID',
  'EUID',
  'PPID',
  'RANDOM',
  'SECONDS',
]);
for (const name of ['LINENO', 'BASHPID', 'BASH_VERSION', 'OSTYPE', 'HOSTTYPE', 'EPOCHSECONDS', '$', '!', '?', '-']) {
  ALWAYS_SET.add(name);
}

/** The state of one abstract shell. Forks share their maps until one of them writes. */
export class Shell {
  cwd: string;
  /** Where it may be as well, while it is not certain that the last `cd` succeeded. */
  cwdElse: string | undefined;
  /** `set -e`: what fails ends the shell. */
  failsFast = false;
  /** Whether the last `cd` surely succeeded, or ended the shell. */
  certain = false;
  /** Whether a relative `cd` led out of the workspace. */
  strayed = false;
  positional: readonly string[] = [];
  name = 'bash';
  shared: Shared;
  private vars: Map<string, Value>;
  private ownsVars = true;
  /** Variables with more than one possible value, after branches that set them differently. */
  private choices: Map<string, readonly Value[]> | undefined;
  private functionsMap: Map<string, FunctionNode['body']> | undefined;
  private aliasMap: Map<string, string> | undefined;

  constructor(cwd: string, vars: Map<string, Value>, shared?: Shared) {
    this.cwd = cwd;
    this.vars = vars;
    this.shared = shared ?? {
      files: new Map(),
      links: new Map(),
      programs: new Map(),
      copies: new Map(),
      gitConfig: new Map(),
      sinks: new Map(),
      made: new Set(),
      fetched: new Map(),
      traps: [],
    };
  }

  fork(): Shell {
    const copy = new Shell(this.cwd, this.vars, this.shared);
    copy.cwdElse = this.cwdElse;
    copy.strayed = this.strayed;
    copy.failsFast = this.failsFast;
    copy.positional = this.positional;
    copy.name = this.name;
    copy.ownsVars = false;
    this.ownsVars = false;
    copy.choices = this.choices;
    copy.functionsMap = this.functionsMap;
    copy.aliasMap = this.aliasMap;
    return copy;
  }

  /** Lets this shell and what it starts see a folder under another path. */
  mount(path: string, means: string): void {
    this.shared = { ...this.shared, links: new Map(this.shared.links).set(path.replace(/\/+$/, '') || '/', means) };
  }

  get(name: string): Value {
    const value = this.vars.get(name);
    if (value !== undefined) return value;
    if (name === 'PWD') return this.cwd;
    if (name === 'IFS') return ' \t\n';
    return ALWAYS_SET.has(name) ? SOME : UNKNOWN;
  }

  has(name: string): boolean {
    return this.vars.has(name);
  }

  set(name: string, value: Value): void {
    if (!this.ownsVars) {
      this.vars = new Map(this.vars);
      this.ownsVars = true;
    }
    this.vars.set(name, value);
    if (this.choices?.has(name)) {
      this.choices = new Map(this.choices);
      this.choices.delete(name);
    }
  }

  unset(name: string): void {
    this.set(name, '');
  }

  /** Takes over what another shell set, but for some names. */
  adopt(other: Shell, except: ReadonlySet<string>): void {
    for (const [name, value] of other.vars) {
      if (!except.has(name) && this.vars.get(name) !== value) this.set(name, value);
    }
    this.positional = other.positional;
  }

  /** After a branch that may or may not have run: whatever differs may be either. */
  join(other: Shell): void {
    if (other.cwd !== this.cwd) this.cwdElse = other.cwd;
    if (other.functionsMap !== undefined) this.functionsMap = other.functionsMap;
    if (other.aliasMap !== undefined) this.aliasMap = other.aliasMap;
    if (other.vars === this.vars) return;
    for (const [name, theirs] of other.vars) {
      const ours = this.vars.get(name);
      if (ours === theirs) continue;
      this.set(name, theirs);
      if (ours === undefined) continue;
      const choices = new Map(this.choices);
      const known = [...(this.choices?.get(name) ?? []), ...(other.choices?.get(name) ?? []), ours, theirs];
      choices.set(name, [...new Set(known)].slice(0, 6));
      this.choices = choices;
    }
  }

  /** The possible values of one of the variables the text speaks of, where there are several. */
  choiceIn(text: string): readonly [string, readonly Value[]] | undefined {
    if (this.choices === undefined) return undefined;
    for (const [name, values] of this.choices) if (text.includes(name)) return [name, values];
    return undefined;
  }

  functionBody(name: string): FunctionNode['body'] | undefined {
    return this.functionsMap?.get(name);
  }

  define(name: string, body: FunctionNode['body']): void {
    this.functionsMap = new Map(this.functionsMap).set(name, body);
  }

  alias(name: string): string | undefined {
    return this.aliasMap?.get(name);
  }

  setAlias(name: string, text: string): void {
    this.aliasMap = new Map(this.aliasMap).set(name, text);
  }

  forget(name: string, what: 'function' | 'alias'): void {
    const map = what === 'function' ? this.functionsMap : this.aliasMap;
    if (map?.has(name) !== true) return;
    if (what === 'function') {
      this.functionsMap = new Map(this.functionsMap);
      this.functionsMap.delete(name);
    } else {
      this.aliasMap = new Map(this.aliasMap);
      this.aliasMap.delete(name);
    }
  }
}

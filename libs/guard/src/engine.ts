import { unknownVerb } from './commands/unknown-verb.js';
import { unknownWrapper } from './exec/unknown-wrapper.js';
import { plainName } from './commands/names.js';
import { handlerOf } from './commands/registry.js';
import { policyCommand } from './commands/policy-command.js';
import { runProgram } from './exec/program.js';
import type { Fact } from './facts.js';
import { LIMITS } from './limits.js';
import type { Call, Machine } from './machine.js';
import { behindLinks } from './paths/linked.js';
import { absolute } from './paths/target.js';
import type { Site } from './paths/site.js';
import { NETWORK, OPAQUE, readable, tainted, toSource, UNKNOWN } from './shell/marks.js';
import { firstError, parseShell, type FunctionNode, type ParsedScript } from './shell/parse.js';
import { runAny, runScript } from './shell/run.js';
import type { Shell } from './shell/state.js';
import type { GuardPolicy, Tighten } from './policy/policy.js';

const known = (name: string): boolean => handlerOf(name) !== undefined;

/** Where a fact came from. */
export interface Found {
  readonly fact: Fact;
  readonly via: readonly string[];
}

export interface EngineOptions {
  readonly site: Site;
  readonly policy: GuardPolicy;
  /** Called with each fact; returns true if that settles the decision. */
  readonly onFact: (found: Found) => boolean;
  readonly scripts: ((path: string) => string | undefined) | undefined;
}

/** The program a name means, where the command itself made a link or a copy of it. */
const followed = (word: string, { cwd, shared }: Shell): string => {
  if (shared.links.size + shared.programs.size === 0 || !word.includes('/')) return word;
  const path = absolute(word, cwd);
  return shared.programs.get(path) ?? shared.links.get(path) ?? word;
};

/** Programs of a source tree that everybody starts, whoever wrote the tree: they only build it. */
const BUILDS = /\/(configure|autogen\.sh|gradlew|mvnw|bazelisk?|(GNU)?[Mm]akefile|\.?[Jj]ustfile|package\.json)$/;

/** Whether a file came out of the network in this very command: out of an archive, or as a clone's installer. */
const comesFetched = (path: string, shell: Shell): boolean => {
  for (const [folder, how] of shell.shared.fetched) {
    if (!path.startsWith(`${folder}/`) || BUILDS.test(path)) continue;
    if (how === 'archive' || /\/[^/]*(install|setup|bootstrap)[^/]*$/i.test(path)) return true;
  }
  return false;
};

/** The abstract machine: it runs the command's text without running anything. */
export class Engine implements Machine {
  halted = false;
  private steps = 0;
  private readonly chain: string[] = [];
  private readonly calls: string[] = [];
  private readonly opened: string[] = [];

  private readonly ownRules: boolean;

  constructor(private readonly options: EngineOptions) {
    const { rules, protectedHosts } = options.policy;
    this.ownRules = rules.length > 0 || protectedHosts.length > 0;
  }

  get tighten(): Tighten {
    return this.options.policy.tighten;
  }

  get site(): Site {
    return this.options.site;
  }

  emit(fact: Fact): void {
    if (this.halted) return;
    if (this.options.onFact({ fact, via: [...this.chain] })) this.halted = true;
    const behind = this.halted ? undefined : behindLinks(fact, this.site);
    if (behind !== undefined && this.options.onFact({ fact: behind, via: [...this.chain] })) this.halted = true;
  }

  knows(name: string): boolean {
    return known(plainName(name, known));
  }

  private exceeded(what: string): void {
    this.emit({ kind: 'unanalysable', message: what });
    this.halted = true;
  }

  within<T>(via: string, fallback: T, body: () => T): T {
    if (this.halted) return fallback;
    if (this.chain.length >= LIMITS.depth) {
      this.exceeded(`code is nested deeper than ${LIMITS.depth} levels`);
      return fallback;
    }
    this.chain.push(via);
    const result = body();
    this.chain.pop();
    return result;
  }

  runScript(script: ParsedScript, shell: Shell, stdin: string): string {
    const output = runScript(script, shell, stdin, this, stdin !== '');
    const error = firstError(script);
    if (error !== undefined) this.emit({ kind: 'unparseable', message: error.message });
    return output;
  }

  runText(text: string, shell: Shell, via: string, stdin = '', lenient = false): string {
    if (text === '' || this.halted) return '';
    if (text.length > LIMITS.input) {
      this.exceeded(`code of more than ${LIMITS.input} characters`);
      return UNKNOWN;
    }
    return this.within(via, UNKNOWN, () => {
      const script = parseShell(toSource(text));
      const output = runScript(script, shell, stdin, this, stdin !== '');
      const error = firstError(script);
      // Text with unknown parts can be anything once they are known; only what is certain is refused.
      const certain = !lenient && tainted(text) === UNKNOWN && !text.includes(UNKNOWN);
      if (error !== undefined && certain) this.emit({ kind: 'unparseable', message: error.message });
      return output;
    });
  }

  runPiece(piece: string, shell: Shell, via: string): string {
    // A script that starts itself again shows nothing new.
    if (this.chain.includes(via)) return UNKNOWN;
    return this.runText(piece, shell, via, '', true);
  }

  readFile(path: string, shell: Shell): string | undefined {
    const written = shell.shared.files.get(path);
    if (written !== undefined) return written;
    if (path === '/dev/null') return '';
    if (path.includes(UNKNOWN) || this.opened.length > LIMITS.turns) return undefined;
    if (shell.shared.fetched.size > 0 && comesFetched(path, shell)) return NETWORK;
    this.opened.push(path);
    const text = this.options.scripts?.(shell.shared.copies.get(path) ?? path);
    return text === undefined || text.length > LIMITS.input ? undefined : text;
  }

  private callFunction(name: string, body: FunctionNode['body'], call: Call): string {
    // Two turns of a recursion show what a third would.
    if (this.calls.filter((active) => active === name).length > 1) return UNKNOWN;
    this.calls.push(name);
    const { shell } = call;
    const outer = shell.positional;
    shell.positional = call.argv.slice(1);
    const output = this.within(`function ${name}`, UNKNOWN, () => runAny(body, shell, call.stdin, this, call.piped));
    shell.positional = outer;
    this.calls.pop();
    return output;
  }

  invoke(argv: readonly string[], shell: Shell, stdin: string, piped = stdin !== ''): string {
    if (this.halted) return '';
    if (++this.steps > LIMITS.steps) {
      this.exceeded(`more than ${LIMITS.steps} commands to look at`);
      return '';
    }
    const word = argv[0];
    if (word === undefined) return '';
    const provenance = tainted(word);
    if (provenance === NETWORK) this.emit({ kind: 'run', origin: 'network', by: readable(word) });
    if (provenance === OPAQUE) this.emit({ kind: 'run', origin: 'opaque', by: readable(word) });
    const linked = followed(word, shell);
    const name = plainName(linked, known);
    const call: Call = { name, argv, shell, stdin, piped, machine: this };
    const body = shell.functionBody(word);
    const fromFunction = body === undefined ? undefined : this.callFunction(word, body, call);
    if (this.ownRules) policyCommand(call, this.options.policy);
    const handler = handlerOf(name);
    // A file that the command wrote is what it is, whatever well-known name it bears.
    const own = handler !== undefined && word.includes('/') && shell.shared.files.has(absolute(word, shell.cwd));
    if (own) runProgram(call);
    const output = handler?.(call) ?? (handler === undefined ? this.program(word, call) : undefined);
    return fromFunction ?? output ?? this.passedOn(call);
  }

  private program(word: string, call: Call): string | undefined {
    if (word.includes(UNKNOWN)) unknownVerb(call);
    unknownWrapper(call);
    return word.includes('/') || call.shell.shared.files.size > 0 ? runProgram(call) : undefined;
  }

  /** What a program nobody knows prints: unknown, but never cleaner than what it read. */
  private passedOn(call: Call): string {
    const inputs = call.piped ? [call.stdin] : [];
    for (const arg of call.argv) {
      if (arg.startsWith('-')) continue;
      const text = call.shell.shared.files.get(absolute(arg, call.shell.cwd, call.shell.shared.links));
      if (text !== undefined) inputs.push(text);
    }
    return tainted(...inputs, ...call.argv.slice(1));
  }
}

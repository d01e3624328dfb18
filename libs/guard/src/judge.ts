import { Engine, type Found } from './engine.js';
import type { Decision, JudgeInput } from './decision.js';
import type { Fact } from './facts.js';
import { LIMITS } from './limits.js';
import { siteOf } from './paths/make-site.js';
import { NO_POLICY, type GuardPolicy } from './policy/policy.js';
import { ruleFor } from './rules/index.js';
import { readable, SOME, withoutMarks } from './shell/marks.js';
import { firstError, parseShell, type ParsedScript } from './shell/parse.js';
import { Shell, type Value } from './shell/state.js';

const ASK = 'Ask a person to run it.';

/** The decision a fact leads to, if any rule speaks of it. */
export const decide = (found: Found, policy: GuardPolicy, span: Span): Decision | undefined => {
  const { fact, via } = found;
  const common = { decision: 'block', via, span, policyHash: policy.hash } as const;
  if (fact.kind === 'policy') {
    const own = policy.rules.find(({ id }) => id === fact.rule);
    const message = own?.message ?? 'The command names a host that guard.policy.yaml protects.';
    return { ...common, rule: fact.rule, category: 'policy', message, alternative: own?.alternative ?? ASK };
  }
  const rule = ruleFor(fact);
  if (rule === undefined) return undefined;
  // Writing, deleting, moving and changing the guarded files are one rule to the reader.
  const id = rule.id.replace(/^(self\.tamper|git\.hooks-tamper|policy\.path)\..*$/, '$1');
  return {
    ...common,
    rule: id,
    category: rule.category,
    message: readable(rule.message(fact)),
    alternative: rule.alternative,
  };
};

export interface Span {
  readonly start: number;
  readonly end: number;
}

const startShell = (input: JudgeInput, cwd: string, home: string): Shell => {
  const vars = new Map<string, Value>(Object.entries(input.env ?? {}));
  vars.set('HOME', home);
  if (!vars.has('TMPDIR') && input.env === undefined) vars.set('TMPDIR', '/tmp');
  const shell = new Shell(cwd, vars);
  // Nobody knows under what name the text runs; what is told of is only that it is a shell.
  shell.name = `${SOME}/bash`;
  return shell;
};

/** What was found on the way; `all` for explanations, else only up to the decision. */
export interface Judgement {
  readonly decision: Decision;
  readonly facts: readonly Found[];
  readonly script: ParsedScript | undefined;
}

/** What the traps run, and the traps they set in turn. */
const runTraps = (shell: Shell, engine: Engine): void => {
  for (let turn = 0; turn < LIMITS.depth && shell.shared.traps.length > 0; turn++) {
    for (const code of shell.shared.traps.splice(0, LIMITS.turns)) engine.runText(code, shell, 'trap');
  }
};

const run = (input: JudgeInput, policy: GuardPolicy, all: boolean): Judgement => {
  const source = withoutMarks(input.command);
  const site = siteOf(input, policy);
  const facts: Found[] = [];
  let decision: Decision | undefined;
  let span: Span = { start: 0, end: source.length };
  const onFact = (found: Found): boolean => {
    facts.push(found);
    decision ??= decide(found, policy, span);
    return decision !== undefined && !all;
  };
  const engine = new Engine({ site, policy, onFact, scripts: input.scripts });
  const shell = startShell(input, site.cwd, site.home);
  const script = parseShell(source);
  for (const statement of script.commands) {
    if (engine.halted) break;
    span = { start: statement.pos, end: statement.end };
    const before = shell.cwd;
    engine.runScript(
      { type: 'Script', pos: 0, end: source.length, shebang: undefined, commands: [statement] },
      shell,
      '',
    );
    if (shell.cwd !== before && shell.cwdElse === undefined && !shell.certain) shell.cwdElse = before;
  }
  span = { start: 0, end: source.length };
  if (!engine.halted) runTraps(shell, engine);
  const error = firstError(script);
  if (error !== undefined) {
    span = { start: error.pos, end: source.length };
    engine.emit({ kind: 'unparseable', message: error.message });
  }
  return { decision: decision ?? { decision: 'allow', policyHash: policy.hash }, facts, script };
};

const refused = (fact: Fact, policy: GuardPolicy, length: number): Judgement => {
  const found: Found = { fact, via: [] };
  const decision = decide(found, policy, { start: 0, end: length });
  return { decision: decision ?? { decision: 'allow', policyHash: policy.hash }, facts: [found], script: undefined };
};

/** Judges a command and keeps what was found. Never throws: a fault of the guard is a refusal. */
export const judge = (input: JudgeInput, all = false): Judgement => {
  const policy = input.policy ?? NO_POLICY;
  const { command } = input;
  if (command.length > LIMITS.input) {
    return refused({ kind: 'unanalysable', message: `longer than ${LIMITS.input} characters` }, policy, command.length);
  }
  try {
    return run(input, policy, all);
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unknown fault';
    return refused({ kind: 'unanalysable', message: `the guard failed on it (${message})` }, policy, command.length);
  }
};

/** Judges one shell command. Pure and deterministic; see docs/guard.md for the rules and the limits that remain. */
export const judgeCommand = (input: JudgeInput): Decision => judge(input).decision;

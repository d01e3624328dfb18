import type { Call } from '../machine.js';
import { NETWORK, OPAQUE, UNKNOWN } from '../shell/marks.js';
import { act, FETCHES, type Work } from './acts.js';
import { bindNames, moduleName, readAliases, remember } from './bindings.js';
import { callKind, type CallKind } from './calls.js';
import { decodeLiterals } from './decode.js';
import { closingAt, evaluate, splitArgs, type Arg, type Scope } from './evaluate.js';
import { tokenise, type Language, type Token } from './lexer.js';
import { asText, interpolated } from './values.js';

const LANGUAGES: Readonly<Record<string, Language>> = {
  python: 'python',
  pypy: 'python',
  ipython: 'python',
  node: 'js',
  nodejs: 'js',
  bun: 'js',
  deno: 'js',
  tsx: 'js',
  'ts-node': 'js',
  zx: 'js',
  perl: 'perl',
  ruby: 'ruby',
  irb: 'ruby',
  php: 'php',
};

export const languageOf = (interpreter: string): Language | undefined =>
  LANGUAGES[interpreter.replace(/[\d.]+$/, '')] ?? LANGUAGES[interpreter];

const FORKS =
  /(for\s*\(\s*;\s*;\s*\)|while\s*\(\s*(1|true)\s*\))[\s\S]{0,60}\b(fork|spawn)\s*\(|while (True|1):[\s\S]{0,40}Popen\(\[sys\.executable|while\s*(\(?\s*(true|1|True)\s*\)?\s*[:{]?)\s*[\s\S]{0,40}\bfork\b|\bfork\s+while\s+(fork|1|true)|loop\s*(\{|do)\s*(Process\.)?fork|fork\s*\(?\)?\s*while|\bfork\(\)\s+for\b/;

const NO_PARENS = new Set<Language>(['perl', 'ruby', 'php', 'awk']);
const STATEMENT_END = /^(\n|;|\}|\)|if|unless|or|and|while|for|foreach|do)$/;

const statementEnd = (tokens: readonly Token[], from: number): number => {
  let end = from;
  while (
    end < Math.min(tokens.length, from + 256) &&
    (tokens[end]?.kind === 'text' || !STATEMENT_END.test(tokens[end]?.value ?? ''))
  )
    end++;
  return end;
};

/** The ranges of the arguments of the call that begins at `at`. */
const rangesAt = (at: number, work: Work): readonly (readonly Token[])[] | undefined => {
  const { tokens } = work;
  const next = tokens[at + 1];
  if (next?.kind === 'sign' && next.value === '(') return splitArgs(tokens.slice(at + 2, closingAt(tokens, at + 1)));
  const bare = NO_PARENS.has(work.language);
  if (next?.kind === 'text' && (work.language === 'js' || bare))
    return splitArgs(tokens.slice(at + 1, statementEnd(tokens, at + 1)));
  const negative = next?.value === '-' && tokens[at + 2]?.kind === 'number';
  if (bare && (next?.kind === 'number' || next?.kind === 'name' || next?.value === '[' || negative))
    return splitArgs(tokens.slice(at + 1, Math.min(at + 12, statementEnd(tokens, at + 1))));
  return undefined;
};

/** Index of the sign that opens what closes at `close`, -1 if none does. */
const openingAt = (tokens: readonly Token[], close: number): number => {
  let depth = 0;
  for (let i = close; i >= Math.max(0, close - 400); i--) {
    const token = tokens[i];
    if (token?.kind !== 'sign') continue;
    if (token.value === ')' || token.value === ']') depth++;
    else if ((token.value === '(' || token.value === '[') && --depth === 0) return i;
  }
  return -1;
};

/** `Path('/x').unlink()`, `p.unlink()`: the value the method is called on. */
const receiver = (at: number, work: Work): Arg | undefined => {
  const { tokens, scope } = work;
  const [head, method] = (tokens[at]?.value ?? '').split('.');
  if (method !== undefined && head !== undefined) return scope.vars.get(head);
  if (tokens[at - 1]?.value !== '.' || tokens[at - 2]?.value !== ')') return undefined;
  const open = openingAt(tokens, at - 2);
  if (open === -1) return undefined;
  return evaluate(tokens.slice(tokens[open - 1]?.kind === 'name' ? open - 1 : open, at - 1), scope);
};

const HIGHER = /^(array_map|array_walk|call_user_func|call_user_func_array|map|list_map|apply|partial|forEach|each)$/;
const IN_PLACE = /^(.*\.)?(write_text|write_bytes|chmod)$/;

/** A function handed to another one: `array_map('unlink', …)`, `map(os.remove, …)`. */
const handedOn = (at: number, work: Work): void => {
  const ranges = rangesAt(at, work);
  const [given] = ranges?.[0] ?? [];
  if (ranges === undefined || given === undefined || ranges[0]?.length !== 1 || given.kind === 'number') return;
  const name = work.aliases.resolve(given.value);
  const kind = callKind(name);
  const rest = ranges.slice(1).map((range) => evaluate(range, work.scope));
  if (kind !== undefined) act(kind, name, rest.length > 0 ? rest : [receiver(at, work) ?? UNKNOWN], work);
};

/** `getattr(os, 'system')(…)`, `cp['exec'](…)`: a function named by a string. */
const namedByText = (at: number, work: Work): void => {
  const { tokens } = work;
  const open = openingAt(tokens, at - 1);
  if (open === -1) return;
  const inner = tokens.slice(open, at);
  const names = inner.filter((token) => token.kind !== 'sign').map((token) => work.aliases.resolve(token.value));
  // `global['ev' + 'al'](…)`: the name is put together.
  const whole = asText(evaluate(inner.slice(1, -1), work.scope));
  const name = [...names, whole].findLast((one) => /^(shell|code|delete)$/.test(callKind(one) ?? ''));
  const kind = name === undefined ? undefined : callKind(name);
  if (name === undefined || kind === undefined) return;
  const ranges = splitArgs(tokens.slice(at + 1, closingAt(tokens, at)));
  act(
    kind,
    name,
    ranges.map((range) => evaluate(range, work.scope)),
    work,
  );
};

/** `require('m').run`: the name in full. */
const memberOf = (at: number, work: Work): string | undefined => {
  const { tokens } = work;
  if (tokens[at - 1]?.value !== '.' || tokens[at - 2]?.value !== ')' || tokens[at - 4]?.value !== '(') return undefined;
  const [head, module] = [tokens[at - 5], tokens[at - 3]];
  if (
    module?.kind !== 'text' ||
    !/^(require|import|import_module|importlib\.import_module|__import__)$/.test(head?.value ?? '')
  )
    return undefined;
  return `${moduleName(module.value)}.${tokens[at]?.value ?? ''}`;
};

const look = (at: number, work: Work): void => {
  const token = work.tokens[at];
  const before = work.tokens[at - 1];
  if (token?.kind === 'text' && token.runs)
    work.call.machine.runText(interpolated(token.value, work.scope), work.call.shell.fork(), 'backquotes', '', true);
  if (
    token?.kind === 'sign' &&
    token.value === '(' &&
    before?.kind === 'sign' &&
    /[)\]]/.test(before.value) &&
    work.inline
  )
    namedByText(at, work);
  if (token?.kind !== 'name') return;
  if (work.inline) remember(work.tokens, at, work.scope);
  if (HIGHER.test(token.value.split('.').at(-1) ?? '')) handedOn(at, work);
  const name = memberOf(at, work) ?? work.aliases.resolve(token.value);
  const kind = callKind(name);
  const after = work.tokens[at + 1];
  // zx and Bun: $`command`.
  if (/(^|\.)\$$/.test(token.value) && after?.kind === 'text') return act('shell', '$', [after.value], work);
  if (
    /^(include|require)(_once)?$/.test(token.value) &&
    work.language === 'php' &&
    /^(https?|ftp):/.test(after?.value ?? '')
  )
    work.call.machine.emit({ kind: 'run', origin: 'network', by: token.value });
  if (kind === undefined) return;
  // `/x/.exec('…')` is a regular expression at work.
  if (token.value === 'exec' && before?.value === '.' && work.tokens[at - 2]?.value !== ')') return;
  const args = rangesAt(at, work)?.map((range) => evaluate(range, work.scope));
  const bareMethod = work.language === 'ruby' && before?.value === '.' && kind === 'delete';
  if (args === undefined && !bareMethod) return;
  looked(at, name, kind, args ?? [], work);
};

const looked = (at: number, name: string, kind: CallKind, args: readonly Arg[], work: Work): void => {
  const token = work.tokens[at];
  const methodLike = /^(delete|write|write-second|move|chmod|open)$/.test(kind);
  const alone = args.every((arg) => arg === UNKNOWN) || IN_PLACE.test(token?.value ?? '');
  const on = methodLike && alone ? receiver(at, work) : undefined;
  act(kind, name, on === undefined ? args : [on, ...args], work);
};

/** Judges a program of another language by the commands, deletions and statements that stand in it plainly. */
export const judgeCode = (code: string, language: Language, from: Call, inline = true, depth = 0): void => {
  const { machine } = from;
  const shell = from.shell.fork();
  const call: Call = { ...from, shell };
  const bare = code.replace(/(['"`])(?:\\.|(?!\1)[^\\])*\1/gs, '');
  if (bare.includes(NETWORK)) machine.emit({ kind: 'run', origin: 'network', by: call.name });
  if (bare.includes(OPAQUE)) machine.emit({ kind: 'run', origin: 'opaque', by: call.name });
  if (FORKS.test(code)) machine.emit({ kind: 'fork-bomb' });
  const decoded = decodeLiterals(code);
  const tokens = tokenise(decoded, language);
  const scope: Scope = { vars: new Map(), home: machine.site.home, cwd: shell.cwd };
  // Code in code in code: whoever goes deeper hides nothing that the first levels do not show.
  const nested = (inner: string): void => {
    if (depth < 4) judgeCode(inner, language, call, inline, depth + 1);
  };
  const work: Work = { call, code: decoded, language, tokens, scope, aliases: readAliases(tokens), inline, nested };
  if (FETCHES.test(decoded) && /\.then\(\s*eval\s*\)/.test(decoded))
    machine.emit({ kind: 'run', origin: 'network', by: 'eval' });
  bindNames(tokens, scope);
  for (let i = 0; i < tokens.length && !machine.halted; i++) look(i, work);
};

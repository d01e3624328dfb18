import type { Call } from '../machine.js';
import { targetOf } from '../paths/target.js';
import { hasUnknown, NETWORK, OPAQUE, UNKNOWN } from '../shell/marks.js';
import { decodeLiterals } from './decode.js';
import { callKind, type CallKind } from './calls.js';
import { closingAt, evaluate, splitArgs, type Arg, type Scope } from './evaluate.js';
import { tokenise, type Language, type Token } from './lexer.js';
import { shellHazards, sqlHazards } from './sql.js';

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
  perl: 'perl',
  ruby: 'ruby',
  irb: 'ruby',
  php: 'php',
};

export const languageOf = (interpreter: string): Language | undefined =>
  LANGUAGES[interpreter.replace(/[\d.]+$/, '')] ?? LANGUAGES[interpreter];

const FETCHES =
  /urlopen|urllib|requests\.(get|post|request)|httpx\.|\bfetch\s*\(|axios|\bhttps?\.(get|request)|Net::HTTP|open-uri|URI\.open|LWP|HTTP::Tiny|file_get_contents\s*\(\s*['"](https?|ftp):|curl_init|got\(/;
const FORKS =
  /(for\s*\(\s*;\s*;\s*\)|while\s*\(\s*(1|true)\s*\))[\s\S]{0,60}\b(fork|spawn)\s*\(|while (True|1):[\s\S]{0,40}Popen\(\[sys\.executable|while\s*(\(?\s*(true|1|True)\s*\)?\s*[:{]?)\s*[\s\S]{0,40}\bfork\b|\bfork\s+while\s+(fork|1|true)|loop\s*(\{|do)\s*(Process\.)?fork|fork\s*\(?\)?\s*while/;

interface Work {
  readonly call: Call;
  readonly code: string;
  readonly language: Language;
  readonly tokens: readonly Token[];
  readonly scope: Scope;
}

const first = (arg: Arg | undefined): string =>
  arg === undefined ? UNKNOWN : typeof arg === 'string' ? arg : (arg[0] ?? '');

const runArgs = (args: readonly Arg[], name: string, work: Work): void => {
  const { machine, shell } = work.call;
  const [head, second] = args;
  if (head === undefined) return;
  if (typeof head !== 'string') {
    machine.invoke(head, shell, '', false);
    return;
  }
  const rest = typeof second === 'string' ? args.slice(1).flat() : [...(second ?? [])];
  const known = rest.filter((word) => word !== UNKNOWN);
  if (known.length > 0 && !/\s/.test(head)) {
    const words = /exec[lv]/.test(name) || known[0] === head ? known.slice(1) : known;
    machine.invoke([head, ...words], shell, '', false);
    return;
  }
  if (hasUnknown(head.charAt(0)) && FETCHES.test(work.code)) machine.emit({ kind: 'run', origin: 'network', by: name });
  machine.runText(head, shell.fork(), `${work.call.name} ${name}()`, '', true);
};

const nested = (args: readonly Arg[], work: Work): void => {
  const code = first(args[0]);
  const { machine } = work.call;
  if (hasUnknown(code.charAt(0)) || code.trim() === UNKNOWN) {
    if (FETCHES.test(work.code)) machine.emit({ kind: 'run', origin: 'network', by: 'eval' });
    else if (/b64decode|fromhex|atob\(|base64|unhexlify|zlib|codecs\.decode|pack\(/.test(work.code)) {
      machine.emit({ kind: 'run', origin: 'opaque', by: 'eval' });
    }
    return;
  }
  machine.within('eval', undefined, () => judgeCode(code, work.language, work.call));
};

const remove = (path: string, name: string, work: Work): void => {
  const { machine, shell } = work.call;
  if (path === UNKNOWN) return;
  const recursive = /tree|rm|rimraf|remove_|removedirs|RemoveAll|emptyDir|del/.test(name);
  machine.emit({ kind: 'delete', tool: name, target: targetOf(path, shell, machine.site), recursive });
};

const write = (path: string, name: string, work: Work): void => {
  const { machine, shell } = work.call;
  if (hasUnknown(path)) return;
  machine.emit({ kind: 'write', tool: name, target: targetOf(path, shell, machine.site), how: 'truncate' });
};

const octal = (text: string): number =>
  /^0o/i.test(text)
    ? parseInt(text.slice(2), 8)
    : /^0?[0-7]{3,4}$/.test(text) && text !== '511'
      ? parseInt(text, 8)
      : Number(text);

const chmod = (args: readonly Arg[], name: string, work: Work): void => {
  const texts = args.map(first);
  const mode = texts.find((text) => /^(0o?)?[0-7]+$/i.test(text));
  const path = texts.find((text) => text !== mode) ?? UNKNOWN;
  if (mode === undefined) return;
  const { machine, shell } = work.call;
  const world = (octal(mode) & 2) !== 0;
  machine.emit({ kind: 'mode', tool: name, target: targetOf(path, shell, machine.site), recursive: false, world });
};

const act = (kind: CallKind, name: string, args: readonly Arg[], work: Work): void => {
  const { machine } = work.call;
  switch (kind) {
    case 'shell':
      if (name === 'exec' && (work.language === 'python' || work.language === 'other')) return nested(args, work);
      if (name.endsWith('execute')) queryAll(args, work);
      return runArgs(args, name, work);
    case 'code':
      return nested(args, work);
    case 'delete':
      return args.flat().forEach((path) => remove(path, name, work));
    case 'write':
      return write(first(args[0]), name, work);
    case 'write-second':
      return write(first(args[1]), name, work);
    case 'open':
      if (/[wax+>]/.test(args.slice(1).flat().join(' '))) write(first(args[0]), name, work);
      return;
    case 'chmod':
      return chmod(args, name, work);
    case 'kill':
      if (args.flat().includes('-1')) machine.emit({ kind: 'signal-all', tool: name });
      return;
    case 'install':
      machine.emit({ kind: 'install', manager: 'other', what: args.flat().join(' ') });
      return;
    case 'query':
      return queryAll(args, work);
  }
};

const queryAll = (args: readonly Arg[], work: Work): void => {
  for (const text of args.flat()) {
    for (const hazard of sqlHazards(text)) work.call.machine.emit({ kind: 'sql', hazard, client: work.call.name });
    for (const command of shellHazards(text)) work.call.machine.runText(command, work.call.shell.fork(), 'sql');
  }
};

const NO_PARENS = new Set<Language>(['perl', 'ruby', 'php', 'awk']);
const STATEMENT_END = /^(\n|;|\}|\)|if|unless|or|and|while|for|foreach|do)$/;

/** The arguments of the call that begins at `at`. */
const argsAt = (at: number, work: Work): readonly Arg[] | undefined => {
  const { tokens, scope } = work;
  const next = tokens[at + 1];
  if (next?.kind === 'sign' && next.value === '(') {
    const inner = tokens.slice(at + 2, closingAt(tokens, at + 1));
    return splitArgs(inner).map((range) => evaluate(range, scope));
  }
  if (next?.kind === 'text' && (work.language === 'js' || NO_PARENS.has(work.language))) {
    let end = at + 1;
    while (end < tokens.length && !(tokens[end]?.kind !== 'text' && STATEMENT_END.test(tokens[end]?.value ?? '')))
      end++;
    return splitArgs(tokens.slice(at + 1, end)).map((range) => evaluate(range, scope));
  }
  if (next !== undefined && NO_PARENS.has(work.language) && (next.kind === 'number' || next.kind === 'name')) {
    return splitArgs(tokens.slice(at + 1, at + 12)).map((range) => evaluate(range, scope));
  }
  return undefined;
};

/** `Path('/x').unlink()`: the value the method is called on. */
const receiver = (at: number, work: Work): Arg | undefined => {
  const { tokens } = work;
  if (tokens[at - 1]?.value !== '.' || tokens[at - 2]?.value !== ')') return undefined;
  let depth = 0;
  for (let i = at - 2; i >= 0; i--) {
    if (tokens[i]?.value === ')') depth++;
    else if (tokens[i]?.value === '(' && --depth === 0) {
      return evaluate(tokens.slice(tokens[i - 1]?.kind === 'name' ? i - 1 : i, at - 1), work.scope);
    }
  }
  return undefined;
};

const remember = (at: number, work: Work): void => {
  const { tokens, scope } = work;
  const name = tokens[at]?.value ?? '';
  if (tokens[at + 1]?.value !== '=' || tokens[at + 2]?.value === '=') return;
  let end = at + 2;
  while (end < tokens.length && !(tokens[end]?.kind === 'sign' && /[\n;]/.test(tokens[end]?.value ?? ''))) end++;
  if (tokens[at + 2] !== undefined) scope.vars.set(name, evaluate(tokens.slice(at + 2, end), scope));
};

const look = (at: number, work: Work): void => {
  const token = work.tokens[at];
  if (token?.kind === 'text' && token.runs)
    work.call.machine.runText(token.value, work.call.shell.fork(), 'backquotes', '', true);
  if (token?.kind !== 'name') return;
  remember(at, work);
  const kind = callKind(token.value);
  if (kind === undefined) return;
  // `/x/.exec('…')` is a regular expression at work.
  if (token.value === 'exec' && work.tokens[at - 1]?.value === '.' && work.tokens[at - 2]?.value !== ')') return;
  const args = argsAt(at, work);
  if (args === undefined) return;
  const on = args.length === 0 || /^(write_text|write_bytes|chmod)$/.test(token.value) ? receiver(at, work) : undefined;
  act(kind, token.value, on === undefined ? args : [on, ...args], work);
};

/** Judges a program of another language by the commands, deletions and statements that stand in it plainly. */
export const judgeCode = (code: string, language: Language, call: Call): void => {
  const { machine, shell } = call;
  const bare = code.replace(/(['"`])(?:\\.|(?!\1)[^\\])*\1/gs, '');
  if (bare.includes(NETWORK)) machine.emit({ kind: 'run', origin: 'network', by: call.name });
  if (bare.includes(OPAQUE)) machine.emit({ kind: 'run', origin: 'opaque', by: call.name });
  if (FORKS.test(code)) machine.emit({ kind: 'fork-bomb' });
  const decoded = decodeLiterals(code);
  const tokens = tokenise(decoded, language);
  const scope: Scope = { vars: new Map(), home: machine.site.home, cwd: shell.cwd };
  const work: Work = { call, code: decoded, language, tokens, scope };
  if (FETCHES.test(decoded) && /\.then\(\s*eval\s*\)/.test(decoded))
    machine.emit({ kind: 'run', origin: 'network', by: 'eval' });
  for (let i = 0; i < tokens.length && !machine.halted; i++) look(i, work);
};

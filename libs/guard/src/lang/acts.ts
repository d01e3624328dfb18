import type { Call } from '../machine.js';
import { absolute, targetOf } from '../paths/target.js';
import { hasUnknown, NETWORK, UNKNOWN } from '../shell/marks.js';
import type { Aliases } from './bindings.js';
import type { CallKind } from './calls.js';
import type { Arg, Scope } from './evaluate.js';
import type { Language, Token } from './lexer.js';
import { shellHazards, sqlHazards } from './sql.js';

/** One program of another language being judged. */
export interface Work {
  readonly call: Call;
  readonly code: string;
  readonly language: Language;
  readonly tokens: readonly Token[];
  readonly scope: Scope;
  readonly aliases: Aliases;
  /** Typed or piped in, not read from a file: there, what cannot be told is taken for the worst. */
  readonly inline: boolean;
  /** Judges code inside the code. */
  readonly nested: (code: string) => void;
}

export const FETCHES =
  /urlopen|urllib|requests\.(get|post|request)|httpx\.|\bfetch\s*\(|axios|\bhttps?\.(get|request)|Net::HTTP|open-uri|URI\.open|LWP|HTTP::Tiny|file_get_contents\s*\(\s*['"](https?|ftp):|curl_init|got\(|\bget\s*\(?\s*['"]https?:|(?:require|import)\(\s*['"](?:node:)?https?['"]|['"`]\s*(?:curl|wget)\s[^'"`]*\w[./]\w/;
const DECODES = /b64decode|fromhex|atob\(|base64|unhexlify|zlib|codecs\.decode|pack\(/;

export const first = (arg: Arg | undefined): string =>
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
  if (work.inline && hasUnknown(head.charAt(0)) && FETCHES.test(work.code))
    machine.emit({ kind: 'run', origin: 'network', by: name });
  machine.runText(head, shell.fork(), `${work.call.name} ${name}()`, '', true);
};

/** Code given as a value: read if it is known, refused if it was fetched or decoded. */
const runCode = (args: readonly Arg[], name: string, work: Work): void => {
  // The body of a `new Function(…)` is its last argument.
  const code = first(name === 'Function' ? args.at(-1) : args[0]);
  const { machine } = work.call;
  if (hasUnknown(code.charAt(0)) || code.trim() === UNKNOWN) {
    if (!work.inline) return;
    if (FETCHES.test(work.code)) machine.emit({ kind: 'run', origin: 'network', by: 'eval' });
    else if (DECODES.test(work.code)) machine.emit({ kind: 'run', origin: 'opaque', by: 'eval' });
    return;
  }
  machine.within('eval', undefined, () => work.nested(code));
};

const remove = (given: string, name: string, work: Work): void => {
  const { machine, shell } = work.call;
  if (given === UNKNOWN) return;
  // R and its like know the tilde; where a language does not, a folder of that name is as suspicious.
  const path = work.language === 'other' ? given.replace(/^~(?=\/|$)/, work.scope.home) : given;
  const recursive = /tree|rm|rimraf|remove_|removedirs|RemoveAll|emptyDir|del/.test(name);
  // Unlike in a shell, a variable that is not set does not vanish here: it is a fault.
  const target = { ...targetOf(path, shell, machine.site), ifUnset: false };
  machine.emit({ kind: 'delete', tool: name, target, recursive });
};

const write = (path: string, name: string, work: Work): void => {
  const { machine, shell } = work.call;
  if (hasUnknown(path)) return;
  // What a program that fetches writes down is what it fetched, as far as anybody can tell.
  if (FETCHES.test(work.code)) shell.shared.files.set(absolute(path, shell.cwd), NETWORK);
  machine.emit({ kind: 'write', tool: name, target: targetOf(path, shell, machine.site), how: 'truncate' });
};

/** A file that is fetched: whoever runs it runs what nobody has read. */
const download = (args: readonly Arg[], name: string, work: Work): void => {
  const { machine, shell } = work.call;
  const url = first(args[0]);
  const file = args[1];
  if (typeof file !== 'string' || hasUnknown(file) || !/^(https?|ftp):/.test(url)) return;
  write(file, name, work);
  shell.shared.files.set(targetOf(file, shell, machine.site).path, NETWORK);
};

const move = (args: readonly Arg[], name: string, work: Work): void => {
  const { machine, shell } = work.call;
  const [from, to] = args.map((arg) => ({ ...targetOf(first(arg), shell, machine.site), ifUnset: false }));
  if (from !== undefined && to !== undefined) machine.emit({ kind: 'move', from, to });
  write(first(args[1]), name, work);
};

/** `open(path, 'w')`; in Perl `open(F, '>', path)`, `open(F, '>path')` and `open(F, 'command|')`. */
const open = (args: readonly Arg[], name: string, work: Work): void => {
  const [path, mode, third] = args.map(first);
  // Ruby: `open("|command")`.
  if (work.language === 'ruby' && path?.startsWith('|') === true)
    work.call.machine.runText(path.slice(1), work.call.shell.fork(), `${work.call.name} open()`, '', true);
  const redirect = /^\s*\+?(>>?|\|-?|-\|)\s*(.*)$|^(.*)\|\s*$/s.exec(mode ?? '');
  if (redirect === null || work.language !== 'perl') {
    if (path !== undefined && /[wax+>]/.test(args.slice(1).flat().join(' '))) write(path, name, work);
    return;
  }
  const [, sign, attached, reads] = redirect;
  const rest = attached === '' || attached === undefined ? (third ?? reads ?? '') : attached;
  if (sign === '>' || sign === '>>') write(rest, name, work);
  else work.call.machine.runText(rest, work.call.shell.fork(), `${work.call.name} open()`, '', true);
};

const octal = (text: string): number => {
  if (/^0o/i.test(text)) return parseInt(text.slice(2), 8);
  return /^0?[0-7]{3,4}$/.test(text) && text !== '511' ? parseInt(text, 8) : Number(text);
};

const chmod = (args: readonly Arg[], name: string, work: Work): void => {
  const texts = args.map(first);
  const named = work.inline && /\bS_I(RWX|W)O(TH)?\b/.test(work.code) ? '0o777' : undefined;
  const mode = texts.find((text) => /^(0o?)?[0-7]+$/i.test(text)) ?? named;
  const path = texts.find((text) => text !== mode) ?? UNKNOWN;
  if (mode === undefined) return;
  const { machine, shell } = work.call;
  const world = (octal(mode) & 2) !== 0;
  machine.emit({ kind: 'mode', tool: name, target: targetOf(path, shell, machine.site), recursive: false, world });
};

const queryAll = (args: readonly Arg[], { call }: Work): void => {
  for (const text of args.flat()) {
    for (const hazard of sqlHazards(text)) call.machine.emit({ kind: 'sql', hazard, client: call.name });
    for (const command of shellHazards(text)) call.machine.runText(command, call.shell.fork(), 'sql');
  }
};

/** Says what a call of a known function does with its arguments. */
export const act = (kind: CallKind, name: string, args: readonly Arg[], work: Work): void => {
  const { machine } = work.call;
  switch (kind) {
    case 'shell':
      if (
        /(^|\.)exec$/.test(name) &&
        !/^(sp|cp|child_process|os)\./.test(name) &&
        (work.language === 'python' || work.language === 'other')
      )
        return runCode(args, name, work);
      if (name.endsWith('execute')) queryAll(args, work);
      return runArgs(args, name, work);
    case 'code':
      return runCode(args, name, work);
    case 'delete':
      return args.flat().forEach((path) => remove(path, name, work));
    case 'write':
      return write(first(args[0]), name, work);
    case 'write-second':
      return write(first(args[1]), name, work);
    case 'open':
      return open(args, name, work);
    case 'move':
      return move(args, name, work);
    case 'download':
      return download(args, name, work);
    case 'chdir':
      work.call.shell.cwd = absolute(first(args[0]), work.call.shell.cwd);
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

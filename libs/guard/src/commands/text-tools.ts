import { has, readArgs, valued, valueOf } from '../argv.js';
import { fromBase32, fromBase64, fromHex } from '../lang/decode.js';
import type { Call, Handler } from '../machine.js';
import { absolute } from '../paths/target.js';
import { decodeEscapes } from '../shell/escapes.js';
import { hasUnknown, OPAQUE, SOME, STAR, tainted, toSource, UNKNOWN } from '../shell/marks.js';

/** What a filter reads: the files it names, else standard input. */
export const inputOf = (call: Call, files: readonly string[]): string => {
  if (files.length === 0) return call.piped ? call.stdin : UNKNOWN;
  let text = '';
  for (const file of files) {
    if (file === '-') text += call.stdin;
    else {
      const path = absolute(file, call.shell.cwd, call.shell.shared.links);
      text += call.machine.readFile(path, call.shell) ?? (files.length > 1 ? `${UNKNOWN}\n` : UNKNOWN);
    }
  }
  return text;
};

/** Patterns stay what they are: who reads `echo *` reads the names of everything. */
const words = (argv: readonly string[], from: number): string => argv.slice(from).join(' ');

export const echo: Handler = ({ argv }) => {
  let from = 1;
  let escapes = false;
  let line = true;
  while (/^-[neE]+$/.test(argv[from] ?? '')) {
    if (argv[from]?.includes('e') === true) escapes = true;
    if (argv[from]?.includes('n') === true) line = false;
    from++;
  }
  const text = words(argv, from);
  return (escapes ? decodeEscapes(text) : text) + (line ? '\n' : '');
};

const FORMAT = /%[-+ 0#]*(?:\d+|\*)?(?:\.\d+)?([sdibqcxXofeg%])/g;

const printed = (format: string, args: readonly string[]): string => {
  const decoded = decodeEscapes(format);
  const turn = (from: number): [string, number] => {
    let at = from;
    const text = decoded.replace(FORMAT, (_whole, kind: string) => {
      if (kind === '%') return '%';
      const arg = args[at++] ?? '';
      if (kind === 'b') return decodeEscapes(arg);
      if (kind === 'c') return arg.slice(0, 1);
      const radix = kind === 'o' ? 8 : /[xX]/.test(kind) ? 16 : 0;
      const code = /^['"]./.test(arg) ? arg.charCodeAt(1) : Number(arg);
      return radix !== 0 && Number.isInteger(code) ? code.toString(radix) : arg;
    });
    return [text, at];
  };
  let [out, at] = turn(0);
  while (at > 0 && at < args.length && out.length < 65_536) {
    const [more, next] = turn(at);
    if (next === at) break;
    out += more;
    at = next;
  }
  return out;
};

export const printf: Handler = ({ argv, shell }) => {
  let from = 1;
  const into = argv[1] === '-v' ? argv[2] : undefined;
  if (into !== undefined) from = 3;
  if (argv[from] === '--') from++;
  const text = printed(toSource(argv[from] ?? ''), argv.slice(from + 1));
  if (into === undefined) return text;
  shell.set(into, text);
  return '';
};

export const cat: Handler = (call) => {
  const { operands } = readArgs(call.argv);
  return inputOf(call, operands);
};

export const tac: Handler = (call) => inputOf(call, readArgs(call.argv).operands).split('\n').reverse().join('\n');

export const rev: Handler = (call) =>
  inputOf(call, readArgs(call.argv).operands)
    .split('\n')
    .map((line) => [...line].reverse().join(''))
    .join('\n');

const decodeWith = (text: string, decode: (text: string) => string | undefined): string => {
  if (hasUnknown(text)) return tainted(text) === UNKNOWN ? OPAQUE : tainted(text);
  return decode(text) ?? OPAQUE;
};

const CODE_OPTIONS = valued('-w --wrap');

export const base64: Handler = (call) => {
  const args = readArgs(call.argv, CODE_OPTIONS);
  const decodes = has(args, '-d', '-D', '--decode');
  if (!decodes) return tainted(inputOf(call, args.operands));
  return decodeWith(inputOf(call, args.operands), call.name === 'base32' ? fromBase32 : fromBase64);
};

export const xxd: Handler = (call) => {
  const args = readArgs(call.argv, valued('-c -g -l -s -o -n'));
  if (!has(args, '-r', '-revert')) return UNKNOWN;
  const text = inputOf(call, args.operands.slice(0, 1));
  const plain = has(args, '-p', '-ps') ? text : text.replace(/^[0-9a-f]+:\s*((?:[0-9a-f]{2,4} ?)+).*$/gim, '$1');
  return decodeWith(plain, fromHex);
};

/** Tools whose output nobody can read without running them: decryption, decompression. */
export const opaque: Handler = (call) => {
  const from = tainted(inputOf(call, readArgs(call.argv).operands));
  return from === UNKNOWN ? OPAQUE : from;
};

/** `xz -dc`, `gzip -d`: only when told to unpack. */
export const unpacks: Handler = (call) =>
  call.argv.slice(1).some((word) => /^-[a-z0-9]*d|^--(decompress|uncompress)$/.test(word)) ? opaque(call) : UNKNOWN;

export const openssl: Handler = (call) => {
  const args = readArgs(call.argv, valued('-in -out -k -K -iv -pass'));
  const decodes = args.options.some(({ name }) => name === '-d') || call.argv.includes('-d');
  if (!/^(enc|base64|aes|des|-base64)/.test(call.argv[1] ?? '') || !decodes) return undefined;
  const text = call.argv.includes('-in') ? inputOf(call, [valueOf(args, '-in') ?? '']) : inputOf(call, []);
  return call.argv.some((arg) => /base64|^-a$/.test(arg)) ? decodeWith(text, fromBase64) : OPAQUE;
};

const charSet = (text: string): string => {
  const named = text
    .replace(/\[:lower:\]/g, 'a-z')
    .replace(/\[:upper:\]/g, 'A-Z')
    .replace(/\[:digit:\]/g, '0-9')
    .replace(/\[:space:\]/g, ' \t\n');
  return decodeEscapes(named).replace(/([^-])-([^-])/g, (whole, from: string, to: string) => {
    const count = to.charCodeAt(0) - from.charCodeAt(0);
    if (count < 0 || count > 255) return whole;
    return String.fromCharCode(...Array.from({ length: count + 1 }, (_, i) => from.charCodeAt(0) + i));
  });
};

export const tr: Handler = (call) => {
  const args = readArgs(call.argv);
  const [from, to] = args.operands.map((operand) => charSet(toSource(operand)));
  const text = call.stdin;
  if (from === undefined) return UNKNOWN;
  if (has(args, '-c', '-C', '--complement') || text.length > 65_536) return tainted(text);
  const [source, target] = [[...from], [...(to ?? '')]];
  if (to === undefined)
    return has(args, '-d', '--delete') ? [...text].filter((char) => !source.includes(char)).join('') : text;
  return [...text]
    .map((char) => (source.includes(char) ? (target[source.indexOf(char)] ?? target.at(-1) ?? '') : char))
    .join('');
};

export const cut: Handler = (call) => {
  const args = readArgs(call.argv, valued('-d -f -c -b --delimiter --fields --characters'));
  const text = inputOf(call, args.operands);
  const range = /^(\d+)?(-)?(\d+)?$/.exec(valueOf(args, '-c', '-b', '--characters', '-f', '--fields') ?? '');
  if (range === null || hasUnknown(text)) return tainted(text);
  const start = Number(range[1] ?? 1) - 1;
  const end = range[3] !== undefined ? Number(range[3]) : range[2] === undefined ? start + 1 : undefined;
  const separator = valueOf(args, '-d', '--delimiter') ?? '\t';
  const fields = args.options.some(({ name }) => name === '-f' || name === '--fields');
  const one = (line: string): string =>
    fields ? line.split(separator).slice(start, end).join(separator) : line.slice(start, end);
  return text.split('\n').map(one).join('\n');
};

const GREP = valued(
  '-e -f -m -A -B -C -d -D --regexp --file --max-count --include --exclude --exclude-dir --color --context -g -t --glob --type',
);

/** `grep` passes some lines on; of a listing of everything it leaves what a pattern picked. */
export const grep: Handler = (call) => {
  const args = readArgs(call.argv, GREP);
  const given = has(args, '-e', '-f', '--regexp', '--file');
  const files = given ? args.operands : args.operands.slice(1);
  const pattern = valueOf(args, '-e', '--regexp') ?? args.operands[0] ?? '';
  const text = call.piped && files.length === 0 ? call.stdin : files.length === 0 ? UNKNOWN : inputOf(call, files);
  const narrows = !has(args, '-v', '--invert-match') && /[\w]/.test(pattern.replace(/\\./g, ''));
  if (args.options.some(({ name }) => /^-[clLq]$/.test(name))) return UNKNOWN;
  return narrows ? text.replaceAll(STAR, SOME) : text;
};

export const paste: Handler = (call) => {
  const args = readArgs(call.argv, valued('-d --delimiters'));
  const text = inputOf(call, args.operands);
  const separator = valueOf(args, '-d', '--delimiters') ?? '\t';
  return has(args, '-s', '--serial') ? text.trimEnd().split('\n').join(separator) : text;
};

/** Filters that pass lines on: which ones they leave out cannot make the rest more harmless. */
export const passes: Handler = (call) => {
  if (call.piped) return call.stdin;
  const args = readArgs(call.argv, valued('-n -c -k -t --lines --bytes'));
  return inputOf(call, args.operands.slice(-1));
};

import { toGlob, UNKNOWN } from '../shell/marks.js';
import type { Token } from './lexer.js';

export type Arg = string | readonly string[];

/** What code can know of where it runs. */
export interface Scope {
  readonly vars: Map<string, Arg>;
  readonly home: string;
  readonly cwd: string;
}

const OPEN = '([{';
const CLOSE = ')]}';

/** Index of the sign that closes the one at `open`; the end if none does. */
export const closingAt = (tokens: readonly Token[], open: number): number => {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i];
    if (token?.kind !== 'sign') continue;
    if (OPEN.includes(token.value)) depth++;
    else if (CLOSE.includes(token.value) && --depth === 0) return i;
  }
  return tokens.length;
};

/** The ranges between the commas of a list. */
export const splitArgs = (tokens: readonly Token[]): readonly (readonly Token[])[] => {
  const out: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'sign') {
      if (OPEN.includes(token.value)) depth++;
      else if (CLOSE.includes(token.value)) depth--;
      else if (token.value === ',' && depth === 0) {
        out.push([]);
        continue;
      }
    }
    out.at(-1)?.push(token);
  }
  return out.filter((range) => range.length > 0);
};

const interpolated = (text: string, scope: Scope): string =>
  text.replace(
    /[$#]?\{\s*([^{}]*?)\s*\}|\$([A-Za-z_]\w*)/g,
    (whole, braced: string | undefined, plain: string | undefined) => {
      const name = braced ?? plain ?? '';
      const value = scope.vars.get(name) ?? scope.vars.get(`$${name}`) ?? place(name, scope);
      if (typeof value === 'string') return value;
      return /^[$#]/.test(whole) || /^[A-Za-z_][\w.()[\]'"]*$/.test(name) ? UNKNOWN : whole;
    },
  );

const place = (name: string, scope: Scope): string | undefined => {
  if (/^(sys\.executable|PYTHON)$/.test(name)) return 'python3';
  if (/^process\.(execPath|argv0)$/.test(name)) return 'node';
  if (/(environ|ENV|env)\W*HOME|homedir|Path\.home|Dir\.home|expanduser/.test(name)) return scope.home;
  return /getcwd|process\.cwd|Path\.cwd|Dir\.pwd/.test(name) ? scope.cwd : undefined;
};

const JOINS = /(^|\.)(join|resolve|joinpath)$|^(os\.path\.|path\.)?join$|^(pathlib\.)?Path$|^File\.join$/;
const LISTING = /(^|[.:])(walk|listdir|scandir|readdirSync|readdir|children|entries)$/;
const GLOBS = /(^|[.:])([ir]?glob|globSync)$|^Dir$/;
const TRANSPARENT =
  /(expanduser|expandvars|abspath|realpath|normpath|str|String|Path|PurePath|format|shlex\.split|split|list|tuple|quote|require|bytes|URL|decode|strip|trim|text|sql|raw|Raw)$/;

const call = (name: string, inner: readonly Token[], scope: Scope): Arg => {
  const at = place(name, scope);
  const args = splitArgs(inner).map((range) => evaluate(range, scope));
  if (at !== undefined && !name.includes('expanduser')) return at;
  const texts = args.map((arg) => (typeof arg === 'string' ? arg : arg.join(' ')));
  if (JOINS.test(name)) return texts.join('/');
  if (LISTING.test(name) && texts[0] !== undefined) return texts[0];
  if (GLOBS.test(name)) {
    const on = scope.vars.get(name.split('.')[0] ?? '');
    const pattern = toGlob(texts.join('')).replace(/^\uFDD4\uFDD4\//, '');
    return typeof on === 'string' && name.includes('.') ? `${on}/${pattern}` : pattern;
  }
  if (name.includes('expanduser')) return (texts[0] ?? '').replace(/^~/, scope.home);
  if (TRANSPARENT.test(name)) return args[0] ?? UNKNOWN;
  return UNKNOWN;
};

interface Step {
  readonly value: Arg;
  readonly next: number;
}

const atom = (tokens: readonly Token[], i: number, scope: Scope): Step => {
  const token = tokens[i];
  if (token === undefined) return { value: UNKNOWN, next: i + 1 };
  if (token.kind === 'text') return { value: interpolated(token.value, scope), next: i + 1 };
  if (token.kind === 'number') return { value: token.value, next: i + 1 };
  const opens = token.kind === 'sign' && OPEN.includes(token.value);
  if (opens) {
    const end = closingAt(tokens, i);
    const inner = tokens.slice(i + 1, end);
    if (token.value === '(') return { value: evaluate(inner, scope), next: end + 1 };
    if (token.value === '{') return { value: UNKNOWN, next: end + 1 };
    const list = splitArgs(inner).map((range) => evaluate(range, scope));
    return { value: list.map((arg) => (typeof arg === 'string' ? arg : arg.join(' '))), next: end + 1 };
  }
  if (token.kind !== 'name') return { value: UNKNOWN, next: i + 1 };
  const following = tokens[i + 1];
  // `unlink glob "/x/*"`: a call without parentheses.
  if (following?.kind === 'text' && (GLOBS.test(token.value) || JOINS.test(token.value)))
    return { value: call(token.value, tokens.slice(i + 1), scope), next: tokens.length };
  if (following?.kind === 'sign' && (following.value === '(' || following.value === '[')) {
    const end = closingAt(tokens, i + 1);
    const inner = tokens.slice(i + 2, end);
    const key = inner[0]?.value ?? '';
    const value =
      following.value === '(' || token.value === 'Dir'
        ? call(token.value, inner, scope)
        : (place(`${token.value}[${key}`, scope) ?? UNKNOWN);
    return { value, next: end + 1 };
  }
  return { value: scope.vars.get(token.value) ?? place(token.value, scope) ?? UNKNOWN, next: i + 1 };
};

/** `Path('x').rglob('*.o')`, `glob.glob('x/*')`: what a search finds under the value it is called on. */
const found = (name: string, value: Arg, under: Arg | undefined): string | undefined => {
  if (LISTING.test(name) && typeof value === 'string') return value;
  if (!GLOBS.test(name) || typeof value !== 'string') return undefined;
  return typeof under === 'string' && under !== UNKNOWN && !value.startsWith('/') ? `${under}/${value}` : value;
};

const PLUS = new Set(['+', '.', '/']);

/** What an expression comes to: text with marks, or a list. Anything that is not plainly a value is unknown. */
export const evaluate = (tokens: readonly Token[], scope: Scope): Arg => {
  const range = tokens.filter((token) => token.value !== '\n');
  let result: Arg | undefined;
  for (let i = 0; i < range.length;) {
    const token = range[i];
    if (token?.value === '-' && result === undefined && range[i + 1]?.kind === 'number') {
      result = `-${range[i + 1]?.value ?? ''}`;
      i += 2;
      continue;
    }
    if (token?.kind === 'sign' && PLUS.has(token.value)) {
      if (token.value === '/' && typeof result === 'string') result += '/';
      i++;
      continue;
    }
    // A keyword argument or a comparison: not what we are after.
    if (token?.kind === 'name' && range[i + 1]?.value === '=' && result === undefined) return UNKNOWN;
    if (token?.kind === 'sign' && !OPEN.includes(token.value)) break;
    // `.method()` after a value: leave the value, most of them only reshape it.
    const step = atom(range, i, scope);
    const called = token?.kind === 'name' && range[i - 1]?.value === '.';
    const method = called ? (place(token.value, scope) ?? found(token.value, step.value, result)) : undefined;
    if (result === undefined || method !== undefined) result = method ?? step.value;
    else if (
      typeof result === 'string' &&
      typeof step.value === 'string' &&
      !(token?.kind === 'name' && range[i - 1]?.value === '.')
    ) {
      result += step.value;
    }
    i = step.next;
  }
  return result ?? UNKNOWN;
};

import { UNKNOWN } from '../shell/marks.js';
import type { Token } from './lexer.js';
import {
  asText,
  functionOf,
  GLOBS,
  interpolated,
  JOINS,
  methodOf,
  percent,
  place,
  type Arg,
  type Scope,
} from './values.js';

export type { Arg, Scope } from './values.js';

const OPEN = '([{';
const CLOSE = ')]}';

/** Tokens that one pair of brackets is followed for. Whole programs stand in brackets; arguments are shorter. */
const REACH = 1_024;

/** Index of the sign that closes the one at `open`; the end if none does within reach. */
export const closingAt = (tokens: readonly Token[], open: number): number => {
  const end = Math.min(tokens.length, open + REACH);
  let depth = 0;
  for (let i = open; i < end; i++) {
    const token = tokens[i];
    if (token?.kind !== 'sign') continue;
    if (OPEN.includes(token.value)) depth++;
    else if (CLOSE.includes(token.value) && --depth === 0) return i;
  }
  return end;
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

const isSign = (token: Token | undefined, ...values: readonly string[]): boolean =>
  token?.kind === 'sign' && values.includes(token.value);

const listOf = (inner: readonly Token[], scope: Scope): readonly string[] =>
  splitArgs(inner).flatMap((range) => evaluate(range, scope));

const KEYWORD = /^(args|argv|cmd|command|commands|arguments|path|file)$/;

/** Of an object or a block only the words of a command matter: `{ cmd: ['rm', …] }`. */
const objectOf = (inner: readonly Token[], scope: Scope): Arg => {
  for (const range of splitArgs(inner)) {
    const [key, colon] = range;
    if (key?.kind !== 'sign' && KEYWORD.test(key?.value ?? '') && isSign(colon, ':'))
      return evaluate(range.slice(2), scope);
  }
  return UNKNOWN;
};

interface Step {
  readonly value: Arg;
  readonly next: number;
}

const bracketed = (tokens: readonly Token[], i: number, scope: Scope): Step => {
  const end = closingAt(tokens, i);
  const inner = tokens.slice(i + 1, end);
  if (isSign(tokens[i], '{')) return { value: objectOf(inner, scope), next: end + 1 };
  const list = isSign(tokens[i], '[') || splitArgs(inner).length > 1;
  return { value: list ? listOf(inner, scope) : evaluate(inner, scope), next: end + 1 };
};

const PROPERTY = /^(.*)\.(path|name|fullPath|parentPath)$/;

const named = (tokens: readonly Token[], i: number, scope: Scope): Step => {
  const { value: name } = tokens[i] ?? { value: '' };
  const following = tokens[i + 1];
  // `unlink glob "/x/*"`: a call without parentheses.
  if (following?.kind === 'text' && (GLOBS.test(name) || JOINS.test(name)))
    return { value: functionOf(name, [evaluate(tokens.slice(i + 1), scope)], scope), next: tokens.length };
  const keyed = isSign(following, '[') || (isSign(following, '{') && name === '$ENV');
  if (isSign(following, '(') || (keyed && !scope.vars.has(name))) {
    const end = closingAt(tokens, i + 1);
    const inner = tokens.slice(i + 2, end);
    const called = isSign(following, '(') || name === 'Dir';
    const key = inner[0]?.value ?? '';
    const args = called ? splitArgs(inner).map((range) => evaluate(range, scope)) : [];
    return {
      value: called ? functionOf(name, args, scope) : (place(`${name}[${key}`, scope) ?? UNKNOWN),
      next: end + 1,
    };
  }
  const property = PROPERTY.exec(name)?.[1];
  const value = scope.vars.get(name) ?? place(name, scope) ?? scope.vars.get(property ?? '');
  return { value: value ?? UNKNOWN, next: i + 1 };
};

const atom = (tokens: readonly Token[], i: number, scope: Scope): Step => {
  const token = tokens[i];
  if (token?.kind === 'text') return { value: interpolated(token.value, scope), next: i + 1 };
  if (token?.kind === 'number') return { value: token.value, next: i + 1 };
  if (token?.kind === 'sign' && OPEN.includes(token.value)) return bracketed(tokens, i, scope);
  return token?.kind === 'name' ? named(tokens, i, scope) : { value: UNKNOWN, next: i + 1 };
};

/** `.method(…)` after a value; one that nobody told us of leaves the value, most of them only reshape it. */
const chained = (tokens: readonly Token[], i: number, on: Arg, scope: Scope): Step => {
  const name = tokens[i + 1]?.value ?? '';
  if (!isSign(tokens[i + 2], '('))
    return { value: place(name, scope) ?? methodOf(on, name, [], scope) ?? on, next: i + 2 };
  const end = closingAt(tokens, i + 2);
  const args = splitArgs(tokens.slice(i + 3, end)).map((range) => evaluate(range, scope));
  return { value: place(name, scope) ?? methodOf(on, name, args, scope) ?? on, next: end + 1 };
};

/** `[0]`, `[::-1]` after a value. */
const subscripted = (tokens: readonly Token[], i: number, on: Arg): Step => {
  const end = closingAt(tokens, i);
  const inner = tokens
    .slice(i + 1, end)
    .map(({ value }) => value)
    .join('');
  if (inner === '::-1')
    return { value: typeof on === 'string' ? [...on].reverse().join('') : [...on].reverse(), next: end + 1 };
  const value = typeof on !== 'string' && /^-?\d+$/.test(inner) ? on.at(Number(inner)) : undefined;
  return { value: value ?? UNKNOWN, next: end + 1 };
};

const added = (left: Arg, right: Arg, between = ''): Arg =>
  typeof left === 'string' ? left + between + asText(right) : typeof right === 'string' ? left : [...left, ...right];

/** One more piece of the expression: an operator with its right side, a method, a subscript, or a plain neighbour. */
const further = (tokens: readonly Token[], i: number, left: Arg, scope: Scope): Step | undefined => {
  const token = tokens[i];
  const next = tokens[i + 1];
  if (isSign(token, '.') && next?.kind === 'name' && !next.value.startsWith('$'))
    return chained(tokens, i, left, scope);
  if (isSign(token, '[')) return subscripted(tokens, i, left);
  if (isSign(token, '+', '.', '/', '%')) {
    const right = atom(tokens, i + 1, scope);
    if (token?.value === '%') return { value: percent(asText(left), right.value), next: right.next };
    return { value: added(left, right.value, token?.value === '/' ? '/' : ''), next: right.next };
  }
  // A number that is reckoned with is another number.
  if (isSign(token, '&', '|', '^', '~', '-', '*') && /^\d/.test(asText(left)))
    return { value: UNKNOWN, next: tokens.length };
  if (token?.kind === 'sign') return undefined;
  // Two texts beside each other are one, in most languages.
  const right = atom(tokens, i, scope);
  return { value: token?.kind === 'text' ? added(left, right.value) : left, next: right.next };
};

/** What an expression comes to: text with marks, or a list. Anything that is not plainly a value is unknown. */
export const evaluate = (tokens: readonly Token[], scope: Scope): Arg => {
  const range = tokens.some((token) => token.value === '\n') ? tokens.filter((token) => token.value !== '\n') : tokens;
  const [first, second] = range;
  if (first === undefined) return UNKNOWN;
  // A keyword argument: only those that name what is run or meant.
  if (first.kind === 'name' && isSign(second, '='))
    return KEYWORD.test(first.value) ? evaluate(range.slice(2), scope) : UNKNOWN;
  if (isSign(first, '-') && second?.kind === 'number') return `-${second.value}`;
  if (/^(new|await|return|not)$/.test(first.value) && first.kind === 'name' && second !== undefined)
    return evaluate(range.slice(1), scope);
  let step: Step | undefined = atom(range, 0, scope);
  let { value } = step;
  for (let i = step.next; i < range.length; i = step.next) {
    step = further(range, i, value, scope);
    if (step === undefined || step.next <= i) break;
    ({ value } = step);
  }
  return value;
};

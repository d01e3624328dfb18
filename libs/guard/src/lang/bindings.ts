import { hasUnknown, STAR, UNKNOWN } from '../shell/marks.js';
import { callKind } from './calls.js';
import { closingAt, evaluate, splitArgs, type Arg, type Scope } from './evaluate.js';
import type { Token } from './lexer.js';

/** Modules by the name that the table of calls knows them by. */
const MODULES: Readonly<Record<string, string>> = { 'fs/promises': 'fsp', 'fs-extra': 'fs', 'graceful-fs': 'fs' };

/** A module by the name that the table of calls has for it. */
export const moduleName = (text: string): string => {
  const plain = text.replace(/^node:/, '');
  return MODULES[plain] ?? plain;
};

const isSign = (token: Token | undefined, value: string): boolean => token?.kind === 'sign' && token.value === value;
const isName = (token: Token | undefined, value?: string): boolean =>
  token?.kind === 'name' && (value === undefined || token.value === value);

/** Names that mean something else: `import shutil as s`, `const { rmSync: r } = require('fs')`. */
export class Aliases {
  private readonly known = new Map<string, string>();

  set(name: string, means: string): void {
    if (name !== means && name !== '' && this.known.size < 256) this.known.set(name, means);
  }

  /** The name in full: `s.rmtree` is `shutil.rmtree`. */
  resolve(name: string): string {
    if (this.known.size === 0) return name;
    const head = /^[^.:?-]+/.exec(name)?.[0] ?? name;
    const means = this.known.get(name) ?? this.known.get(head);
    if (means === undefined) return name;
    return this.known.has(name) ? means : means + name.slice(head.length);
  }
}

/** `from m import a as b, c` and `import m as x`. */
const pythonImport = (tokens: readonly Token[], at: number, aliases: Aliases): void => {
  const from = isName(tokens[at - 2], 'from') ? `${tokens[at - 1]?.value ?? ''}.` : '';
  for (let i = at + 1; i < tokens.length; i++) {
    const token = tokens[i];
    if (token?.kind === 'sign' && /[\n;]/.test(token.value)) return;
    if (token?.kind !== 'name' || token.value === 'as') continue;
    const renamed = isName(tokens[i + 1], 'as') ? tokens[i + 2]?.value : undefined;
    if (from !== '' || renamed !== undefined) aliases.set(renamed ?? token.value, from + token.value);
    if (renamed !== undefined) i += 2;
  }
};

/** `{ a, b: c }` and `{ a as b }`, ending at the brace before `at`. */
const destructured = (tokens: readonly Token[], at: number, module: string, aliases: Aliases): void => {
  let open = at;
  while (open > at - 400 && open >= 0 && !isSign(tokens[open], '{')) open--;
  for (const item of splitArgs(tokens.slice(open + 1, at))) {
    const names = item.filter((token) => token.kind === 'name' && token.value !== 'as').map(({ value }) => value);
    if (names[0] !== undefined) aliases.set(names.at(-1) ?? names[0], `${module}.${names[0]}`);
  }
};

/** What stands left of `= require('m')` or `from 'm'`: a name, or names in braces. */
const bindModule = (tokens: readonly Token[], end: number, module: string, aliases: Aliases): void => {
  if (isSign(tokens[end], '}')) destructured(tokens, end, module, aliases);
  else if (isName(tokens[end])) aliases.set(tokens[end]?.value ?? '', module);
};

const required = (tokens: readonly Token[], at: number, aliases: Aliases): void => {
  const module = tokens[at + 2];
  if (!isSign(tokens[at + 1], '(') || module?.kind !== 'text') return;
  const equals = isName(tokens[at - 1], 'await') ? at - 2 : at - 1;
  if (!isSign(tokens[equals], '=')) return;
  const member = isSign(tokens[at + 4], '.') ? `.${tokens[at + 5]?.value ?? ''}` : '';
  bindModule(tokens, equals - 1, moduleName(module.value) + member, aliases);
};

/** Reads the names that a program gives to what it imports, and to functions that it renames. */
export const readAliases = (tokens: readonly Token[]): Aliases => {
  const aliases = new Aliases();
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    if (token.kind !== 'name') return;
    if (token.value === 'require' || token.value === 'import') required(tokens, at, aliases);
    if (token.value === 'import' && (isName(next) || (isSign(next, '(') && isName(tokens[at - 2], 'from'))))
      pythonImport(tokens, at, aliases);
    if (token.value === 'from' && next?.kind === 'text') bindModule(tokens, at - 1, moduleName(next.value), aliases);
    // `r = shutil.rmtree`: the function itself, not a call of it.
    const value = isSign(next, '=') ? tokens[at + 2] : undefined;
    const called = isSign(tokens[at + 3], '(') || tokens[at + 3]?.kind === 'text';
    if (value?.kind === 'name' && !called && /[.:]/.test(value.value)) {
      const full = aliases.resolve(value.value);
      if (callKind(full) !== undefined) aliases.set(token.value, full);
    }
  });
  return aliases;
};

/** How many tokens are looked at on either side: a list of names or the head of a loop is shorter. */
const NEAR = 64;
const LISTS =
  /(^|[.:])(walk|listdir|scandir|readdirSync|readdir|children|entries|opendir|iterdir|(Recursive)?DirectoryIterator)$/;

/** The values a loop goes through: a list, or everything in a folder. */
const each = (range: readonly Token[], scope: Scope): Arg => {
  const value = evaluate(range, scope);
  const lists = range.some((token) => token.kind === 'name' && LISTS.test(token.value));
  return lists && typeof value === 'string' && !hasUnknown(value) ? `${value}/${STAR}` : value;
};

/** The expression that ends before `at`: back to where the statement or the argument begins. */
const expressionBefore = (tokens: readonly Token[], at: number): readonly Token[] => {
  let depth = 0;
  for (let i = at; i >= Math.max(0, at - NEAR); i--) {
    const token = tokens[i];
    if (token?.kind !== 'sign') continue;
    if (/[)\]}]/.test(token.value)) depth++;
    else if (/[([{]/.test(token.value) && --depth < 0) return tokens.slice(i + 1, at + 1);
    else if (depth === 0 && /[\n;=,]/.test(token.value)) return tokens.slice(i + 1, at + 1);
  }
  return tokens.slice(Math.max(0, at - NEAR), at + 1);
};

const EACH = /(^|\.)(forEach|map|each|flatMap|filter|each_entry|each_child)$/;

/** `list.forEach(x => …)`, `list.each { |x| … }`: the name that the block gives to each. */
const bindBlock = (tokens: readonly Token[], at: number, scope: Scope): void => {
  const token = tokens[at];
  if (token?.kind !== 'name' || !EACH.test(token.value)) return;
  const opens = tokens.slice(at + 1, at + 6).map(({ value }) => value);
  const name = /^(?:\( ?\(? ?(?:async )?|(?:\{|do) \| )([A-Za-z_$][\w$]*)/.exec(opens.join(' '))?.[1];
  if (name === undefined || name === 'function') return;
  const head = token.value.split('.').slice(0, -1).join('.');
  const range = head === '' ? expressionBefore(tokens, at - 2) : [{ ...token, value: head }];
  scope.vars.set(name, each(range, scope));
};

/** Longer ones are no command. */
const LONGEST = 256;

const together = (before: Arg | undefined, value: Arg): Arg => {
  if (typeof before === 'string' && typeof value === 'string') return before + value;
  if (before === undefined || typeof before === 'string' || before.length >= LONGEST) return value;
  return [...before, ...(typeof value === 'string' ? [value] : value)];
};

/** `list.append('x')`, `list.extend(['x', 'y'])`, `list.push('x', 'y')`. */
const append = (tokens: readonly Token[], at: number, scope: Scope): void => {
  const [, name = ''] = /^(.+)\.(?:append|extend|push|concat)$/.exec(tokens[at]?.value ?? '') ?? [];
  const before = scope.vars.get(name);
  if (before === undefined || typeof before === 'string' || !isSign(tokens[at + 1], '(')) return;
  const added = splitArgs(tokens.slice(at + 2, closingAt(tokens, at + 1))).flatMap((range) => evaluate(range, scope));
  scope.vars.set(name, together(before, added));
};

/** `x = …`, `x += …` and `x.append(…)`. */
export const remember = (tokens: readonly Token[], at: number, scope: Scope): void => {
  append(tokens, at, scope);
  const name = tokens[at]?.value ?? '';
  const adds = /^[+.]$/.test(tokens[at + 1]?.value ?? '') && tokens[at + 2]?.value === '=';
  const from = adds ? at + 3 : at + 2;
  // Neither a comparison nor the arrow of a function.
  if (tokens[from - 1]?.value !== '=' || /^[=>]?$/.test(tokens[from]?.value ?? '')) return;
  let end = from;
  const last = Math.min(tokens.length, from + NEAR);
  while (end < last && !(tokens[end]?.kind === 'sign' && /[\n;]/.test(tokens[end]?.value ?? ''))) end++;
  const value = evaluate(tokens.slice(from, end), scope);
  const before = scope.vars.get(name);
  scope.vars.set(name, adds ? together(before, value) : value);
};

/** `def f(p)` and `f('/x')`: the parameter is what some call gives it. */
const bindCalls = (tokens: readonly Token[], scope: Scope): void => {
  const defined = new Map<string, readonly string[]>();
  tokens.forEach((token, at) => {
    const params = isSign(tokens[at + 1], '(') ? splitArgs(tokens.slice(at + 2, closingAt(tokens, at + 1))) : undefined;
    if (token.kind !== 'name' || params === undefined) return;
    if (/^(def|function|sub)$/.test(tokens[at - 1]?.value ?? '')) {
      defined.set(
        token.value,
        params.map((range) => range[0]?.value ?? ''),
      );
      return;
    }
    defined.get(token.value)?.forEach((name, index) => {
      const given = params[index];
      if (given !== undefined && name !== '') scope.vars.set(name, evaluate(given, scope));
    });
  });
};

/** `for x in …`, `for (const x of …)`, `foreach (… as $x)`: sets the loop's names. */
export const bindNames = (tokens: readonly Token[], scope: Scope): void => {
  if (tokens.some(({ kind, value }) => kind === 'name' && /^(def|function)$/.test(value))) bindCalls(tokens, scope);
  tokens.forEach((token, at) => {
    if (token.kind === 'name') remember(tokens, at, scope);
    bindBlock(tokens, at, scope);
    // Perl: `unlink for glob('x')`, `unlink($_) foreach @x`.
    if (isName(token) && /^for(each)?$/.test(token.value) && at > 0 && !/^[;{}\n]$/.test(tokens[at - 1]?.value ?? ''))
      scope.vars.set(
        '$_',
        each(
          tokens.slice(at + 1, at + NEAR).filter(({ value }) => !/^[;}]$/.test(value)),
          scope,
        ),
      );
    if (token.kind !== 'name' || !/^(in|of|as)$/.test(token.value)) return;
    if (token.value === 'as') {
      const near = tokens.slice(Math.max(0, at - NEAR), at);
      const open = near.findLastIndex((one) => isName(one, 'foreach'));
      if (open !== -1) scope.vars.set(tokens[at + 1]?.value ?? '', each(near.slice(open + 2), scope));
      return;
    }
    const near = tokens.slice(at + 1, at + NEAR);
    const end = near.findIndex((one) => one.kind === 'sign' && /^[:\n\]{;]$/.test(one.value));
    const range = end === -1 ? near : near.slice(0, end);
    const names: string[] = [];
    for (let i = at - 1; i >= Math.max(0, at - NEAR) && !/^(for|const|let|var|\()$/.test(tokens[i]?.value ?? ''); i--) {
      if (tokens[i]?.kind === 'name') names.unshift(tokens[i]?.value ?? '');
    }
    if (names.length === 0 || names.length > 3) return;
    const value = each(range, scope);
    // `for folder, _, files in os.walk(x)`: the first is the folder itself.
    names.forEach((name, index) =>
      scope.vars.set(
        name,
        names.length > 1 && typeof value === 'string'
          ? index === 0
            ? value.replace(/\/\uFDD4$/, '')
            : hasUnknown(value)
              ? UNKNOWN
              : STAR
          : value,
      ),
    );
  });
};

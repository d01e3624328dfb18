import { decodeEscapes } from './escapes.js';
import { globRegExp, hasUnknown, SOME, tainted, toGlob, UNKNOWN } from './marks.js';
import type { ParameterExpansionPart, ParameterOperation, Word } from './parse.js';
import type { Shell, Value } from './state.js';

type Expand = (word: Word) => string;

/** `$name`, `$1`, `$@` and the like. */
export const lookup = (name: string, shell: Shell): Value => {
  if (name === '@' || name === '*') return shell.positional;
  if (name === '#') return String(shell.positional.length);
  if (name === '0') return shell.name;
  if (/^\d+$/.test(name)) return shell.positional[Number(name) - 1] ?? '';
  const value = shell.get(name);
  return typeof value === 'string' ? value : (value[0] ?? '');
};

const subscript = (part: ParameterExpansionPart, shell: Shell, expand: Expand): Value => {
  if (part.index === undefined) return lookup(part.parameter, shell);
  const list = shell.get(part.parameter);
  const elements = typeof list === 'string' ? [list] : list;
  const index = expand(part.index);
  if (index === '@' || index === '*') return elements;
  const number = Number(index);
  if (Number.isInteger(number)) return elements.at(number) ?? '';
  const keyed = `${part.parameter}[${index}]`;
  return shell.has(keyed) ? shell.get(keyed) : UNKNOWN;
};

const byDefault = (value: string, operator: string, operand: string): string => {
  if (operator.endsWith('?')) return value === UNKNOWN ? SOME : value;
  const alternative = operator.endsWith('+');
  if (value === '') return alternative ? '' : operand;
  // Unset or not: the operand is what we know of, so it is what is judged.
  if (value === UNKNOWN) return operand === '' ? value : operand;
  return alternative ? operand : value;
};

const remove = (value: string, operator: string, pattern: string): string => {
  const matcher = globRegExp(toGlob(pattern));
  const prefix = operator.startsWith('#');
  const lengths = Array.from({ length: value.length + 1 }, (_, length) => length);
  if (operator.length === 2) lengths.reverse();
  for (const length of lengths) {
    const cut = prefix ? value.slice(0, length) : value.slice(value.length - length);
    if (matcher.test(cut)) return prefix ? value.slice(length) : value.slice(0, value.length - length);
  }
  return value;
};

const replace = (value: string, operator: string, pattern: string, by: string): string => {
  const body = globRegExp(toGlob(pattern)).source.slice(1, -1);
  if (body === '') return value;
  const anchored = operator === '/#' ? `^${body}` : operator === '/%' ? `${body}$` : body;
  return value.replace(new RegExp(anchored, operator === '//' ? 'gs' : 's'), () => by);
};

const slice = (value: Value, offset: string, length: string | undefined): Value => {
  const from = Number(offset);
  const count = length === undefined ? undefined : Number(length);
  if (!Number.isInteger(from) || (count !== undefined && !Number.isInteger(count))) return UNKNOWN;
  const start = from < 0 ? value.length + from : from;
  const end = count === undefined ? value.length : count < 0 ? value.length + count : start + count;
  return value.slice(start, end);
};

const changeCase = (value: string, operator: string): string => {
  const head = operator.length === 1 ? 1 : value.length;
  const changed = operator.startsWith('^') ? value.slice(0, head).toUpperCase() : value.slice(0, head).toLowerCase();
  return changed + value.slice(head);
};

const operate = (value: Value, operation: ParameterOperation, expand: Expand): Value => {
  if (operation.type === 'Slice') {
    return slice(value, expand(operation.offset), operation.length && expand(operation.length));
  }
  if (typeof value !== 'string') return value.map((element) => String(operate(element, operation, expand)));
  if (operation.type === 'Default') return byDefault(value, operation.operator, expand(operation.operand));
  if (hasUnknown(value)) return tainted(value);
  switch (operation.type) {
    case 'Remove':
      return remove(value, operation.operator, expand(operation.operand));
    case 'Replace':
      return replace(value, operation.operator, expand(operation.pattern), expand(operation.replacement));
    case 'CaseModification':
      return changeCase(value, operation.operator);
    case 'Transform': {
      const kind = expand(operation.operand);
      if (kind === 'E' || kind === 'P') return decodeEscapes(value);
      return kind === 'U' ? value.toUpperCase() : kind === 'L' ? value.toLowerCase() : value;
    }
    case 'Names':
    case 'Unknown':
      return UNKNOWN;
  }
};

/** `${…}` with all its operations, as far as they can be told without running anything. */
export const expandParameter = (part: ParameterExpansionPart, shell: Shell, expand: Expand): Value => {
  let value = subscript(part, shell, expand);
  if (part.prefix === '#') return typeof value === 'string' && hasUnknown(value) ? SOME : String(value.length);
  if (part.prefix === '!') {
    if (part.index !== undefined || part.operation?.type === 'Names') return SOME;
    if (typeof value !== 'string' || hasUnknown(value)) return UNKNOWN;
    value = lookup(value, shell);
  }
  if (part.operation === undefined) return value;
  const result = operate(value, part.operation, expand);
  const assigns = part.operation.type === 'Default' && part.operation.operator.endsWith('=');
  if (assigns && typeof result === 'string') shell.set(part.parameter, result);
  return result;
};

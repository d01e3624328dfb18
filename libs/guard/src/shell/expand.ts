import { LIMITS } from '../limits.js';
import type { Machine } from '../machine.js';
import { ROOT_HOME } from '../paths/site.js';
import { braceExpand } from './braces.js';
import {
  ANY,
  CLOSE,
  hasUnknown,
  NETWORK,
  OPEN,
  OPAQUE,
  SOME,
  STAR,
  tainted,
  toGlob,
  toSource,
  UNKNOWN,
} from './marks.js';
import { expandParameter, lookup } from './parameter.js';
import { forEachChild, parseShell, type SyntaxNode, type Word, type WordPart } from './parse.js';
import type { Shell } from './state.js';

/** Collects the fields of one word while its parts are expanded. */
class Fields {
  readonly done: string[] = [];
  current = '';
  open = false;

  add(text: string): void {
    this.current += text;
    this.open = true;
  }

  close(): void {
    if (this.open) this.done.push(this.current);
    this.current = '';
    this.open = false;
  }

  /** Unquoted text: splits at white space, and its glob characters are alive. */
  addSplit(text: string, separators: string): void {
    if (text === '') return;
    for (const char of toGlob(text)) {
      if (separators.includes(char)) this.close();
      else this.add(char);
    }
  }

  addList(values: readonly string[]): void {
    values.forEach((value, index) => {
      if (index > 0) this.close();
      this.add(value);
    });
  }
}

const separatorsOf = (shell: Shell): string => {
  const separators = shell.get('IFS');
  return typeof separators === 'string' && !hasUnknown(separators) ? separators : ' \t\n';
};

const tilde = (text: string, shell: Shell, machine: Machine): string => {
  const end = text.indexOf('/');
  const user = end === -1 ? text.slice(1) : text.slice(1, end);
  const rest = end === -1 ? '' : text.slice(end);
  if (user === '') {
    const home = shell.get('HOME');
    return (typeof home === 'string' ? home : machine.site.home) + rest;
  }
  if (user === '+') return shell.cwd + rest;
  if (user === '-') return SOME + rest;
  if (!/^[\w.-]+$/.test(user)) return text;
  return (user === 'root' ? ROOT_HOME : `/home/${user}`) + rest;
};

/** What a command substitution prints, without the line ends it drops. */
const substitution = (
  part: Extract<WordPart, { type: 'CommandExpansion' }>,
  shell: Shell,
  machine: Machine,
): string => {
  if (part.script === undefined) return UNKNOWN;
  const output = machine.runScript(part.script, shell.fork(), '');
  return output.length > LIMITS.value ? tainted(output) : output.replace(/\n+$/, '');
};

const arithmetic = (part: SyntaxNode, shell: Shell, machine: Machine): string => {
  runNested(part, shell, machine);
  if (part.type !== 'ArithmeticExpansion') return SOME;
  const inner = /^\$\(\(\s*(\d+)\s*\)\)$/.exec(part.text);
  return inner?.[1] ?? SOME;
};

/** Runs the command substitutions inside a node whose value itself does not matter. */
export const runNested = (node: SyntaxNode, shell: Shell, machine: Machine): void => {
  forEachChild(node, (child) => {
    if (child.type === 'Script') machine.runScript(child, shell.fork(), '');
    else runNested(child, shell, machine);
  });
};

const processSubstitution = (
  part: Extract<WordPart, { type: 'ProcessSubstitution' }>,
  shell: Shell,
  machine: Machine,
): string => {
  const output =
    part.script === undefined
      ? UNKNOWN
      : machine.runScript(part.script, shell.fork(), part.operator === '<' ? '' : UNKNOWN);
  const path = `/dev/fd/guard-${shell.shared.files.size}`;
  shell.shared.files.set(path, part.operator === '<' ? output : UNKNOWN);
  const { script } = part;
  if (part.operator === '>' && script !== undefined) {
    shell.shared.sinks.set(path, (text) => void machine.runScript(script, shell.fork(), text));
  }
  return path;
};

const parameterPart = (part: WordPart, quoted: boolean, fields: Fields, shell: Shell, machine: Machine): void => {
  let value;
  if (part.type === 'SimpleExpansion') value = lookup(part.text.slice(1), shell);
  else if (part.type === 'ParameterExpansion') {
    value = expandParameter(part, shell, (word) => expandText(word, shell, machine));
  } else return;
  const joined = part.text === '$*' || part.text.includes('*]');
  if (typeof value !== 'string' && joined && quoted) value = value.join(' ');
  if (typeof value === 'string') {
    if (quoted) fields.add(value);
    else fields.addSplit(value, separatorsOf(shell));
  } else if (quoted) fields.addList(value);
  else fields.addSplit(value.join(' '), separatorsOf(shell));
};

const globPart = (part: Extract<WordPart, { type: 'Glob' }>): string => {
  if (part.kind === 'star') return STAR;
  return part.kind === 'question' ? ANY : OPEN + part.value.slice(1, -1) + CLOSE;
};

const extGlob = (part: Extract<WordPart, { type: 'ExtendedGlob' }>): string => {
  if (part.operator === '!' || part.operator === '*') return STAR;
  return part.pattern.includes('|') || /[*?[$]/.test(part.pattern) ? SOME : part.pattern;
};

const addPart = (part: WordPart, quoted: boolean, fields: Fields, shell: Shell, machine: Machine): void => {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return fields.add(part.value);
    case 'DoubleQuoted':
    case 'LocaleString':
      // "$@" of nothing is no field at all, so an empty pair of quotes opens one only if it is not that.
      if (part.parts.length === 0 || !/^"\$(@|\{@\})"$/.test(part.text)) fields.open = true;
      for (const child of part.parts) addPart(child, true, fields, shell, machine);
      return;
    case 'Glob':
      return fields.add(globPart(part));
    case 'ExtendedGlob':
      return fields.add(extGlob(part));
    case 'CommandExpansion': {
      const output = substitution(part, shell, machine);
      return quoted ? fields.add(output) : fields.addSplit(output, separatorsOf(shell));
    }
    case 'ArithmeticExpansion':
      return fields.add(arithmetic(part, shell, machine));
    case 'ProcessSubstitution':
      return fields.add(processSubstitution(part, shell, machine));
    case 'BraceExpansion':
      return fields.add(part.text);
    case 'SimpleExpansion':
    case 'ParameterExpansion':
      return parameterPart(part, quoted, fields, shell, machine);
  }
};

const expandInto = (word: Word, out: string[], shell: Shell, machine: Machine): void => {
  const { parts } = word;
  if (parts === undefined) {
    out.push(word.text.charCodeAt(0) === 0x7e ? tilde(word.value, shell, machine) : word.value);
    return;
  }
  const fields = new Fields();
  parts.forEach((part, index) => {
    if (index === 0 && part.type === 'Literal' && part.text.startsWith('~')) {
      // A tilde counts only if the name after it ends here or at a slash.
      const ends = part.value.includes('/') || parts.length === 1;
      fields.add(ends ? tilde(part.value, shell, machine) : part.value);
    } else addPart(part, false, fields, shell, machine);
  });
  fields.close();
  out.push(...fields.done);
};

/** A word after all expansions: no field, one, or several. */
export const expandWord = (word: Word, shell: Shell, machine: Machine, out: string[] = []): string[] => {
  if (word.parts?.some((part) => part.type === 'BraceExpansion') !== true) {
    expandInto(word, out, shell, machine);
    return out;
  }
  for (const text of braceExpand(word.text)) {
    const command = parseShell(`: ${text}`).commands[0]?.command;
    if (command?.type !== 'Command') continue;
    for (const arg of command.args) if (arg.type === 'Word') expandInto(arg, out, shell, machine);
  }
  return out;
};

/** A word where the shell does not split: the value of an assignment, a here-string, a file name. */
export const expandText = (word: Word, shell: Shell, machine: Machine): string => {
  if (word.parts === undefined) {
    return word.text.charCodeAt(0) === 0x7e ? tilde(word.value, shell, machine) : word.value;
  }
  const fields = new Fields();
  word.parts.forEach((part, index) => {
    if (index === 0 && part.type === 'Literal' && part.text.startsWith('~')) {
      fields.add(tilde(part.value, shell, machine));
    } else if (part.type === 'SimpleExpansion' || part.type === 'ParameterExpansion') {
      const inner = new Fields();
      parameterPart(part, true, inner, shell, machine);
      inner.close();
      fields.add(inner.done.join(' '));
    } else if (part.type === 'CommandExpansion') {
      fields.add(substitution(part, shell, machine));
    } else addPart(part, false, fields, shell, machine);
  });
  fields.close();
  return toSource(fields.done.join(' '));
};

/** The parts of an unquoted here-document. */
export const expandParts = (parts: readonly WordPart[], shell: Shell, machine: Machine): string => {
  const fields = new Fields();
  for (const part of parts) addPart(part, true, fields, shell, machine);
  fields.close();
  return fields.done.join(' ');
};

/** Whether text that is run as code carries something nobody saw before. */
export const provenance = (text: string): 'network' | 'opaque' | undefined =>
  text.includes(NETWORK) ? 'network' : text.includes(OPAQUE) ? 'opaque' : undefined;

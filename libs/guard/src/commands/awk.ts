import { readArgs, valued, valuesOf } from '../argv.js';
import { LIMITS } from '../limits.js';
import type { Call, Handler } from '../machine.js';
import { decodeEscapes } from '../shell/escapes.js';
import { hasUnknown, SOME, STAR, tainted, toSource, UNKNOWN } from '../shell/marks.js';
import { writeTo } from './files.js';
import { inputOf } from './text-tools.js';

const OPTIONS = valued('-v -F -f -i -E --assign --field-separator --file --include');
const TEXT = '"(?:\\\\.|[^"\\\\])*"';
const ASSIGNED = new RegExp(`([A-Za-z_]\\w*)\\s*=\\s*((?:${TEXT}\\s*)+)`, 'g');
const SYSTEM = new RegExp(`\\bsystem\\s*\\(((?:${TEXT}|[^()"])*)\\)`, 'g');
const READ = new RegExp(`((?:${TEXT}|[A-Za-z_]\\w*)\\s*)\\|&?\\s*getline`, 'g');
const WRITTEN = new RegExp(`\\bprintf?\\b((?:${TEXT}|[^;{}"|])*)\\|&?\\s*(${TEXT}|[A-Za-z_]\\w*)`, 'g');
const TO_FILE = new RegExp(`\\bprintf?\\b(?:${TEXT}|[^;{}"|>])*>>?\\s*(${TEXT}|[A-Za-z_]\\w*)`, 'g');
const PRINTED = new RegExp(`\\b(print|printf)\\b((?:${TEXT}|[^;{}"\\n|>])*)`, 'g');
const PART = new RegExp(`(${TEXT})|\\$(\\d+|NF)|([A-Za-z_]\\w*)|(,)`, 'g');

type Vars = ReadonlyMap<string, string>;

const unquoted = (text: string): string => decodeEscapes(text.slice(1, -1));

/** The parts of an awk expression put together: strings, variables, fields of the line. */
const valueOf = (expression: string, vars: Vars, line = UNKNOWN): string => {
  let out = '';
  for (const [, text, field, name, comma] of expression.matchAll(PART)) {
    if (text !== undefined) out += unquoted(text);
    else if (field !== undefined && line.includes(STAR)) out += STAR;
    else if (field !== undefined)
      out += hasUnknown(line)
        ? tainted(line)
        : field === '0'
          ? line
          : (line
              .trim()
              .split(/\s+/)
              .at(field === 'NF' ? -1 : Number(field) - 1) ?? '');
    else if (name !== undefined) out += vars.get(name) ?? UNKNOWN;
    else if (comma !== undefined) out += ' ';
  }
  return out;
};

const variables = (code: string, given: readonly string[]): Vars => {
  const vars = new Map<string, string>();
  for (const word of given) {
    const [name = '', value = ''] = word.split(/=(.*)/s);
    vars.set(name, value);
  }
  for (const [, name, value] of code.matchAll(ASSIGNED)) {
    if (name !== undefined && value !== undefined) vars.set(name, valueOf(value, vars));
  }
  return vars;
};

/** What the program prints for the lines it reads; a pattern before the action leaves some of them out. */
const printedBy = (code: string, vars: Vars, input: string): string => {
  const prints = [...code.matchAll(PRINTED)];
  if (prints.length === 0) return tainted(input);
  const text = /^\s*(\{|BEGIN)/.test(code) ? input : input.replace(/\uFDD4/g, SOME);
  const lines = /^\s*BEGIN/.test(code)
    ? ['']
    : text
        .split('\n')
        .filter((line) => line !== '')
        .slice(0, 64);
  const out: string[] = [];
  for (const line of lines.length === 0 ? [UNKNOWN] : lines) {
    for (const [, verb, expression = ''] of prints) {
      const value = expression.trim() === '' ? line : valueOf(expression, vars, line);
      out.push(verb === 'printf' ? value.replace(/%[-\d.]*[sdc]/g, '') : value);
    }
  }
  return `${out.join('\n')}\n`.slice(0, LIMITS.value);
};

/** `awk`: its `system()`, its pipes, and what it prints. */
export const awk: Handler = (call: Call) => {
  const { argv, machine, shell } = call;
  const args = readArgs(argv, OPTIONS);
  const inFile = args.options.some(({ name }) => name === '-f' || name === '--file');
  if (inFile) return undefined;
  const code = toSource(args.operands[0] ?? '');
  const vars = variables(code, valuesOf(args, '-v', '--assign'));
  const run = (text: string, label: string, stdin = ''): void => {
    machine.runText(text, shell.fork(), label, stdin, true);
  };
  const files = args.operands.slice(1).filter((word) => !/^\w+=/.test(word));
  const input = /print|system|getline/.test(code) ? inputOf(call, files) : '';
  const line = input.split('\n')[0] ?? UNKNOWN;
  for (const [, text = ''] of code.matchAll(SYSTEM)) run(valueOf(text, vars, line), 'awk system()');
  for (const [, text = ''] of code.matchAll(READ)) run(valueOf(text, vars), 'awk getline');
  for (const [, printed = '', program = ''] of code.matchAll(WRITTEN))
    run(valueOf(program, vars), 'awk |', printed.trim() === '' ? line : valueOf(printed, vars, line));
  for (const [, file = ''] of code.matchAll(TO_FILE)) {
    const path = valueOf(file, vars);
    if (!hasUnknown(path)) writeTo(call, path, 'truncate');
  }
  return printedBy(code, vars, input);
};

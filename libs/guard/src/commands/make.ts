import { readArgs, valued, valueOf, valuesOf } from '../argv.js';
import type { Call, Handler } from '../machine.js';
import { absolute } from '../paths/target.js';
import { NETWORK, SOME } from '../shell/marks.js';
import { textOptions } from './text-options.js';

interface Target {
  readonly needs: readonly string[];
  readonly recipe: readonly string[];
}

interface Makefile {
  readonly targets: ReadonlyMap<string, Target>;
  readonly first: string | undefined;
  readonly vars: ReadonlyMap<string, string>;
}

const RULE = /^([^\t#=:?][^=:#]*?)\s*::?(?!=)\s*([^=;#]*)(?:;\s*(.*))?$/;
const VARIABLE = /^(?:export\s+|override\s+)?([\w.-]+)\s*(?:[:?+]|::)?=\s*(.*)$/;

/** Reads as much of a makefile as tells which lines belong to which target. */
const parseMakefile = (text: string): Makefile => {
  const targets = new Map<string, Target>();
  const vars = new Map<string, string>();
  let current: string[] | undefined;
  let first: string | undefined;
  for (const line of text
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .slice(0, 2_000)) {
    if (/^(\t| {2,})\S/.test(line) && current !== undefined) {
      current.push(line.trim());
      continue;
    }
    const variable = VARIABLE.exec(line);
    const rule = variable === null ? RULE.exec(line) : null;
    if (variable?.[1] !== undefined) vars.set(variable[1], variable[2] ?? '');
    if (rule?.[1] === undefined) continue;
    current = rule[3] === undefined ? [] : [rule[3]];
    const needs = (rule[2] ?? '').split(/\s+/).filter((word) => word !== '' && word !== '|');
    for (const name of rule[1].split(/\s+/)) {
      targets.set(name, { needs, recipe: current });
      if (!name.startsWith('.')) first ??= name;
    }
  }
  return { targets, first, vars };
};

const BUILT_IN: Readonly<Record<string, string>> = { RM: 'rm -f', MAKE: 'make', SHELL: '/bin/sh', CURDIR: '.' };

/** Make's variables put in; what make itself works out is unknown but not empty. */
const substituted = (text: string, target: string, vars: ReadonlyMap<string, string>, depth = 0): string =>
  text.replace(/\$(?:\$|\(([^()]*)\)|\{([^{}]*)\}|(.))/g, (whole, round?: string, curly?: string, single?: string) => {
    if (whole === '$$') return '$';
    const name = round ?? curly ?? single ?? '';
    if (name === '@') return target;
    const value = vars.get(name) ?? BUILT_IN[name];
    return value === undefined || depth > 4 ? SOME : substituted(value, target, vars, depth + 1);
  });

const runTarget = (name: string, file: Makefile, call: Call, seen: Set<string>): void => {
  const target = file.targets.get(name);
  if (target === undefined || seen.has(name) || seen.size > 64) return;
  seen.add(name);
  for (const need of target.needs) runTarget(need, file, call, seen);
  for (const line of target.recipe) {
    const command = substituted(line.replace(/^[@+-]+/, ''), name, file.vars);
    call.machine.runPiece(command, call.shell.fork(), `${call.name} ${name}`);
  }
};

const NAMES: Readonly<Record<string, readonly string[]>> = {
  make: ['GNUmakefile', 'makefile', 'Makefile'],
  gmake: ['GNUmakefile', 'makefile', 'Makefile'],
  just: ['justfile', 'Justfile', '.justfile'],
};
const VALUED = valued('-f --file --makefile --justfile -C --directory -j --jobs -I -o -W -l --eval -d');
const INERT =
  /^(-n|--just-print|--dry-run|--recon|-q|--question|-h|--help|-p|--print-data-base|--list|-l|--version|-v)$/;

/** `make`: its shell, rules given on the command line, and the recipes of the targets it is asked for. */
export const make: Handler = (call) => {
  textOptions(call);
  const { machine, shell, piped, stdin } = call;
  const args = readArgs(call.argv, VALUED);
  const given = new Map<string, string>();
  for (const word of args.operands) {
    const [, name, value] = /^([\w.]+)[:?+]?=(.*)$/s.exec(word) ?? [];
    if (name === undefined || value === undefined) continue;
    given.set(name, value);
    if (/^(SHELL|\.SHELLFLAGS|MAKESHELL)$/.test(name)) machine.runText(value, shell.fork(), 'make SHELL=', '', true);
  }
  if (args.options.some(({ name }) => INERT.test(name))) return undefined;
  const folder = absolute(valueOf(args, '-C', '--directory') ?? '.', shell.cwd, shell.shared.links);
  const named = valueOf(args, '-f', '--file', '--makefile', '--justfile');
  const names = named === undefined ? (NAMES[call.name] ?? []) : [named];
  let text = named === '-' && piped ? stdin : undefined;
  for (const name of names) text ??= machine.readFile(absolute(name, folder, shell.shared.links), shell);
  const evaluated = valuesOf(args, '--eval').join('\n');
  if (evaluated !== '') text = `${text ?? ''}\n${evaluated}\n`;
  if (text === undefined) return undefined;
  if (text.includes(NETWORK)) machine.emit({ kind: 'run', origin: 'network', by: call.name });
  const source = call.name === 'just' ? text.replace(/\{\{[^}]*\}\}/g, SOME) : text;
  const file = parseMakefile(source);
  const inner = shell.fork();
  inner.cwd = folder;
  const wanted = args.operands.filter((word) => !word.includes('='));
  const goals = wanted.length > 0 ? wanted : file.first === undefined ? [] : [file.first];
  const seen = new Set<string>();
  const vars = new Map([...file.vars, ...given]);
  for (const goal of goals) runTarget(goal, { ...file, vars }, { ...call, shell: inner }, seen);
  return undefined;
};

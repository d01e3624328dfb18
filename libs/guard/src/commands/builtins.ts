import { readArgs } from '../argv.js';
import { runShellScript } from '../exec/shells.js';
import type { Handler } from '../machine.js';
import { absolute, climbsOut } from '../paths/target.js';
import { hasUnknown, SOME, toSource, UNKNOWN } from '../shell/marks.js';

const cd: Handler = ({ argv, shell, machine }) => {
  const operand = argv.slice(1).find((arg) => !/^-[LPe@n]+$/.test(arg) && arg !== '--');
  const before = shell.cwd;
  if (operand === undefined) {
    const home = shell.get('HOME');
    shell.cwd = typeof home === 'string' ? home : machine.site.home;
  } else if (operand === '-') {
    const last = shell.get('OLDPWD');
    shell.cwd = typeof last === 'string' ? last : UNKNOWN;
  } else {
    shell.strayed = climbsOut(operand, before, shell.strayed, machine.site);
    shell.cwd = absolute(operand, before, shell.shared.links);
  }
  shell.set('OLDPWD', before);
  shell.cwdElse = undefined;
  shell.certain = shell.failsFast || shell.shared.made.has(shell.cwd);
  return '';
};

const popd: Handler = ({ shell }) => {
  const last = shell.get('OLDPWD');
  shell.cwd = typeof last === 'string' ? last : UNKNOWN;
  return '';
};

const evaluate: Handler = ({ argv, shell, machine, stdin }) =>
  machine.runText(
    argv
      .slice(argv[1] === '--' ? 2 : 1)
      .map(toSource)
      .join(' '),
    shell,
    'eval',
    stdin,
  );

const source: Handler = (call) => {
  const [file, ...args] = call.argv.slice(call.argv[1] === '--' ? 2 : 1);
  if (file === undefined) return '';
  const { shell, machine } = call;
  const text =
    file === '/dev/stdin' ? call.stdin : machine.readFile(absolute(file, shell.cwd, shell.shared.links), shell);
  if (text === undefined) return undefined;
  if (args.length > 0) return runShellScript(call, text, args, 'source');
  return machine.runText(text, shell, 'source', call.stdin);
};

const trap: Handler = ({ argv, shell }) => {
  const { operands } = readArgs(argv);
  const code = operands[0];
  if (code !== undefined && operands.length > 1 && code !== '-' && code !== '') shell.shared.traps.push(code);
  return '';
};

const alias: Handler = ({ argv, shell }) => {
  for (const word of argv.slice(1)) {
    const equals = word.indexOf('=');
    if (equals > 0) shell.setAlias(word.slice(0, equals), word.slice(equals + 1));
  }
  return '';
};

/** `hash -p /bin/rm ls`: from now on one name means another program. */
const hash: Handler = ({ argv, shell }) => {
  const at = argv.indexOf('-p');
  const [path, name] = [argv[at + 1], argv[at + 2]];
  if (at !== -1 && path !== undefined && name !== undefined) shell.setAlias(name, path);
  return '';
};

const unalias: Handler = ({ argv, shell }) => {
  for (const name of argv.slice(1)) shell.forget(name, 'alias');
  return '';
};

const unset: Handler = ({ argv, shell }) => {
  const { options, operands } = readArgs(argv);
  for (const name of operands) {
    shell.forget(name, 'function');
    if (!options.some((option) => option.name === '-f')) shell.unset(name);
  }
  return '';
};

const set: Handler = ({ argv, shell }) => {
  const options = argv.slice(1);
  if (options.some((word) => /^-[a-z]*e/.test(word) || word === 'errexit')) shell.failsFast = true;
  if (options.some((word) => /^\+[a-z]*e/.test(word))) shell.failsFast = false;
  const dashes = argv.indexOf('--');
  if (dashes !== -1) shell.positional = argv.slice(dashes + 1);
  else if (argv[1] !== undefined && !/^[-+]/.test(argv[1])) shell.positional = argv.slice(1);
  return '';
};

const shift: Handler = ({ argv, shell }) => {
  shell.positional = shell.positional.slice(Number(argv[1] ?? 1) || 1);
  return '';
};

/** `export A=b` has set `A` already, while its words were read; words that came out of expansions are set here. */
const declare: Handler = ({ argv, shell }) => {
  for (const word of argv.slice(1)) {
    const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(word);
    if (match?.[1] !== undefined && shell.get(match[1]) !== match[2] && typeof shell.get(match[1]) === 'string') {
      shell.set(match[1], match[2] ?? '');
    }
  }
  return '';
};

const read: Handler = ({ argv, shell, stdin, piped }) => {
  const words = argv.slice(1);
  const array = words.indexOf('-a');
  const names = words.filter((word, index) => !word.startsWith('-') && !/^-[adinNptu]$/.test(words[index - 1] ?? ''));
  const line = piped ? (stdin.split('\n')[0] ?? '') : UNKNOWN;
  const known = !hasUnknown(line);
  const given = shell.get('IFS');
  const own = typeof given === 'string' && /^[^\s\uFDD0-\uFDD7]$/.test(given) ? given : undefined;
  const parts = own === undefined ? line.trim().split(/\s+/) : line.trimEnd().split(own);
  if (array !== -1) shell.set(words[array + 1] ?? 'REPLY', parts);
  const fields = known ? parts : [];
  (names.length === 0 ? ['REPLY'] : names).forEach((name, index, all) => {
    const rest = index === all.length - 1 ? fields.slice(index).join(own ?? ' ') : (fields[index] ?? '');
    shell.set(name, known ? rest : line);
  });
  return '';
};

const mapfile: Handler = ({ argv, shell, stdin }) => {
  const name =
    argv
      .slice(1)
      .filter((word) => !word.startsWith('-'))
      .at(-1) ?? 'MAPFILE';
  shell.set(
    name,
    stdin.split('\n').filter((line) => line !== ''),
  );
  return '';
};

/** `command -v x` and its like name the program, they do not run it. */
const lookUp: Handler = ({ argv }) => {
  const name = argv
    .slice(1)
    .filter((word) => !word.startsWith('-'))
    .at(-1);
  return name === undefined ? '' : `/usr/bin/${toSource(name)}\n`;
};

const command: Handler = (call) => {
  const { argv, machine, shell, stdin, piped } = call;
  let at = 1;
  while (/^-/.test(argv[at] ?? '')) {
    if (/[vV]/.test(argv[at] ?? '')) return lookUp(call);
    at++;
  }
  return at < argv.length
    ? machine.within('command', '', () => machine.invoke(argv.slice(at), shell, stdin, piped))
    : '';
};

/** `at -f file`: the commands stand in the file. */
const at: Handler = ({ argv, machine, shell }) => {
  const file = argv[argv.indexOf('-f') + 1];
  if (!argv.includes('-f') || file === undefined) return undefined;
  const text = machine.readFile(absolute(file, shell.cwd, shell.shared.links), shell);
  return text === undefined ? undefined : machine.runText(text, shell.fork(), 'at -f');
};

const printenv: Handler = ({ argv, shell }) => {
  const value = shell.get(argv[1] ?? '');
  return argv[1] === undefined ? undefined : `${typeof value === 'string' ? value : value.join(' ')}\n`;
};

/** `getent passwd me`: a line whose sixth field is the home. */
const getent: Handler = ({ argv, machine }) =>
  argv[1] === 'passwd'
    ? `${hasUnknown(argv[2] ?? SOME) ? 'user' : argv[2]}:x:1000:1000::${machine.site.home}:/bin/bash\n`
    : undefined;

const nothing: Handler = () => '';
const pwd: Handler = ({ shell }) => `${shell.cwd}\n`;
const some: Handler = () => SOME;

export const BUILTINS: Readonly<Record<string, Handler>> = {
  cd,
  pushd: cd,
  chdir: cd,
  popd,
  pwd,
  eval: evaluate,
  source,
  '.': source,
  trap,
  alias,
  unalias,
  hash,
  printenv,
  getent,
  at,
  batch: at,
  unset,
  set,
  shift,
  declare,
  typeset: declare,
  local: declare,
  export: declare,
  readonly: declare,
  read,
  mapfile,
  readarray: mapfile,
  command,
  which: lookUp,
  type: lookUp,
  whereis: lookUp,
  ':': nothing,
  true: nothing,
  false: nothing,
  test: nothing,
  '[': nothing,
  exit: nothing,
  return: nothing,
  wait: nothing,
  sleep: nothing,
  man: nothing,
  help: nothing,
  info: nothing,
  tldr: nothing,
  date: some,
  whoami: some,
  hostname: some,
  uname: some,
  id: some,
  nproc: some,
};

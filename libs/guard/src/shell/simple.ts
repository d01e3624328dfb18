import type { Machine } from '../machine.js';
import { expandText, expandWord } from './expand.js';
import { toSource } from './marks.js';
import type { Assignment, Command } from './parse.js';
import { applyRedirects } from './redirect.js';
import type { Shell, Value } from './state.js';

/** Variables whose value some program will run as a command. */
const RUN_LATER = new Set(
  (
    'PAGER GIT_PAGER MANPAGER EDITOR VISUAL GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_SSH_COMMAND GIT_SSH GIT_EXTERNAL_DIFF ' +
    'PROMPT_COMMAND BROWSER LESSOPEN GIT_ASKPASS SSH_ASKPASS FCEDIT GIT_PROXY_COMMAND RSYNC_RSH CVS_RSH'
  ).split(' '),
);

const DECLARES = new Set(['declare', 'typeset', 'local', 'export', 'readonly']);

/** `([key]=value)`: the values, each kept under its key as well. */
const keepKeyed = (name: string, elements: string[], shell: Shell): void => {
  elements.forEach((element, index) => {
    const [, key, value] = /^\[([^\]]*)\]=(.*)$/s.exec(toSource(element)) ?? [];
    if (key === undefined || value === undefined) return;
    shell.set(`${name}[${key}]`, value);
    elements[index] = value;
  });
};

const assignedValue = (assignment: Assignment, shell: Shell, machine: Machine): Value => {
  const { value, append, name } = assignment;
  if (value.type === 'ArrayValue') {
    const elements: string[] = [];
    for (const element of value.elements) expandWord(element, shell, machine, elements);
    keepKeyed(name, elements, shell);
    const before = shell.get(name);
    return append === true && typeof before !== 'string' ? [...before, ...elements] : elements;
  }
  const text = expandText(value, shell, machine);
  if (append !== true) return text;
  const before = shell.has(name) ? shell.get(name) : '';
  return typeof before === 'string' ? before + text : text;
};

const assign = (assignment: Assignment, shell: Shell, machine: Machine): void => {
  const value = assignedValue(assignment, shell, machine);
  const { index, name } = assignment;
  if (index !== undefined && typeof value === 'string') {
    const list = shell.has(name) ? shell.get(name) : [];
    const elements = typeof list === 'string' ? [list] : [...list];
    const key = expandText(index, shell, machine);
    const at = Number(key);
    if (!Number.isInteger(at)) shell.set(`${name}[${key}]`, value);
    if (Number.isInteger(at) && at >= 0 && at < 4096) elements[at] = value;
    else elements.push(value);
    shell.set(
      name,
      Array.from(elements, (element) => element ?? ''),
    );
    return;
  }
  shell.set(name, value);
  // A prompt is expanded each time it is shown.
  if (/^PS[0-4]$/.test(name) && typeof value === 'string' && /[$`]/.test(value)) {
    machine.runText(`: "${value.replaceAll('"', '')}"`, shell.fork(), `${name}=`, '', true);
  }
  if (RUN_LATER.has(name) && typeof value === 'string') machine.runText(value, shell.fork(), `${name}=`);
};

const assignAll = (node: Command, shell: Shell, machine: Machine): number => {
  let count = 0;
  for (const item of node.prefix) {
    if (item.type !== 'Assignment') continue;
    assign(item, shell, machine);
    count++;
  }
  return count;
};

/** The words of the command; `name=value` words of declarations set the variable on the way. */
const wordsOf = (node: Command, shell: Shell, machine: Machine): string[] => {
  const argv: string[] = [];
  if (node.name !== undefined) expandWord(node.name, shell, machine, argv);
  const declares = DECLARES.has(argv[0] ?? '');
  for (const item of node.suffix) {
    if (item.type === 'Word') expandWord(item, shell, machine, argv);
    else if (item.type === 'Assignment') {
      if (declares) assign(item, shell, machine);
      const value = item.value.type === 'Word' ? expandText(item.value, shell, machine) : '';
      argv.push(`${item.name}${item.append === true ? '+' : ''}=${value}`);
    }
  }
  return argv;
};

const mentions = (node: Command): string => {
  let text = node.name?.text ?? '';
  for (const item of node.suffix) if (item.type === 'Word') text += ` ${item.text}`;
  return text;
};

const aliased = (
  node: Command,
  argv: readonly string[],
  shell: Shell,
  io: { stdin: string },
  machine: Machine,
): string | undefined => {
  const name = argv[0];
  if (name === undefined || node.name?.parts !== undefined || node.name?.text !== name) return undefined;
  const text = shell.alias(name);
  if (text === undefined) return undefined;
  shell.forget(name, 'alias');
  const rest = node.suffix.map((item) => ('text' in item ? item.text : '')).join(' ');
  const output = machine.runText(`${text} ${rest}`, shell, `alias ${name}`, io.stdin);
  shell.setAlias(name, text);
  return output;
};

/** Builtins that set variables of the shell itself, whatever was set for them alone. */
const KEEPS = new Set(['read', 'mapfile', 'readarray', 'printf', 'eval', 'source', '.', 'export', 'declare', 'set']);

const assignedNames = (node: Command): ReadonlySet<string> =>
  new Set(node.prefix.flatMap((item) => (item.type === 'Assignment' ? [item.name] : [])));

const runOnce = (node: Command, shell: Shell, stdin: string, machine: Machine, piped: boolean): string => {
  const own = node.prefix.length > 0 && node.name !== undefined;
  const scope = own ? shell.fork() : shell;
  // bash expands the words before the assignments in front of them take effect, but evasions rely on either order.
  if (node.prefix.length > 0) assignAll(node, scope, machine);
  const argv = wordsOf(node, node.name === undefined ? scope : shell, machine);
  const io = applyRedirects(node.redirects, shell, stdin, machine, piped);
  if (argv.length === 0) {
    // `$(<file)` prints the file.
    return node.name === undefined
      ? io.finish(io.piped && node.redirects.length > 0 ? io.stdin : '', ':')
      : io.finish('', ':');
  }
  const fromAlias = aliased(node, argv, shell, io, machine);
  if (io.network === true && /(^|\/)(ba|z|da|k|a)?sh$/.test(argv[0] ?? '')) {
    machine.emit({ kind: 'run', origin: 'reverse-shell', by: argv[0] ?? '' });
  }
  const before = shell.cwd;
  const output = machine.invoke(argv, own ? scope : shell, io.stdin, io.piped);
  if (own && scope.cwd !== before) shell.cwd = scope.cwd;
  if (own && KEEPS.has(argv[0] ?? '')) shell.adopt(scope, assignedNames(node));
  return io.finish(fromAlias ?? output, argv[0] ?? '');
};

/** Runs a simple command; once for each possible value where a variable in it may have several. */
export const runCommand = (node: Command, shell: Shell, stdin: string, machine: Machine, piped: boolean): string => {
  const choice = shell.choiceIn(mentions(node));
  if (choice === undefined) return runOnce(node, shell, stdin, machine, piped);
  const [name, values] = choice;
  let output = '';
  for (const value of values) {
    const pinned = shell.fork();
    pinned.set(name, value);
    output = runCommand(node, pinned, stdin, machine, piped);
  }
  runOnce(node, shell, stdin, machine, piped);
  return output;
};

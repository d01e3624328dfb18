import { readArgs } from '../argv.js';
import type { Call, Handler } from '../machine.js';
import { absolute } from '../paths/target.js';
import { decodeEscapes } from '../shell/escapes.js';
import { NETWORK, toSource } from '../shell/marks.js';
import type { Executor } from './executor.js';
import { executorsOf } from './table.js';

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s;

/** Index of the first word of the command that is run, -1 if there is none. */
const commandStart = (row: Executor, argv: readonly string[], from: number): number => {
  if (row.dashes) {
    const dashes = argv.indexOf('--', from);
    return dashes === -1 || dashes + 1 >= argv.length ? -1 : dashes + 1;
  }
  if (!row.after.empty) {
    const option = argv.findIndex((word, index) => index >= from && row.after.has(word));
    return option === -1 || option + 1 >= argv.length ? -1 : option + 1;
  }
  let start = from;
  for (let skipped = 0; ; skipped++) {
    const args = readArgs(argv, row.valued, true, start);
    if (args.firstOperand >= argv.length) return -1;
    if (skipped >= row.skip) return args.firstOperand;
    start = args.firstOperand + 1;
  }
};

/** Whether the operands begin with the row's sub-command; the index after it, -1 if not. */
const afterSub = (row: Executor, argv: readonly string[]): number => {
  let from = 1;
  for (const word of row.sub) {
    const args = readArgs(argv, row.valued, true, from);
    if (argv[args.firstOperand] !== word) return -1;
    from = args.firstOperand + 1;
  }
  return from;
};

const quoted = (word: string): string => `'${toSource(word).replaceAll("'", "'\\''")}'`;

/** `env -S 'rm -rf' /` goes on with the words after it, as they are. */
const splitString = (words: readonly string[], value: string): string => {
  const at = words.findIndex((word) => /^(-[a-zA-Z]*S|--split-string)/.test(word));
  const attached = words[at]?.endsWith(value) === true;
  return [value, ...words.slice(at + (attached ? 1 : 2)).map(quoted)].join(' ');
};

const runTexts = (row: Executor, call: Call, label: string): string | undefined => {
  if (row.text.empty) return undefined;
  let output: string | undefined;
  const dashes = call.argv.indexOf('--');
  const words = dashes === -1 ? call.argv : call.argv.slice(0, dashes);
  for (const { name, value } of readArgs(words, row.valued).options) {
    if (!row.text.has(name) || value === undefined) continue;
    const text = name === '-S' || name === '--split-string' ? splitString(words, value) : value;
    output = call.machine.runText(text, call.shell.fork(), `${label} ${name}`, call.stdin);
  }
  return output;
};

const runWords = (row: Executor, call: Call, start: number, label: string): string | undefined => {
  const { machine, shell, stdin, piped } = call;
  const given = call.argv.slice(start);
  const words = row.as === undefined ? given : [row.as, ...given];
  if (row.form === 'shell') return machine.runText(words.join(' '), shell.fork(), label, stdin);
  if (row.form === 'each') {
    for (const word of words) machine.runText(decodeEscapes(word), shell.fork(), label, stdin, true);
    return undefined;
  }
  const first = words[0] ?? '';
  if (/^uvx?$/.test(call.name) && (first === '-' || first.endsWith('.py'))) {
    return machine.within(label, undefined, () => machine.invoke(['python3', ...words], shell, stdin, piped));
  }
  // One word with blanks in it is text for a shell, as every program of this kind reads it in one version or another.
  if (words.length === 1 && /\s/.test(first)) return machine.runText(first, shell.fork(), label, stdin);
  return machine.within(label, undefined, () => {
    const output = machine.invoke(words, shell, stdin, piped);
    // An option that nobody told us takes a value would hide the command behind that value.
    const next = words[1];
    const options = start > 1 && (call.argv[start - 1] ?? '').startsWith('-') && call.argv[start - 1] !== '--';
    if (options && next !== undefined && !machine.knows(first) && machine.knows(next)) {
      machine.invoke(words.slice(1), shell, stdin, piped);
    }
    return output;
  });
};

const entrypoint = (call: Call, row: Executor, label: string, start: number): void => {
  const { value } =
    readArgs(call.argv, row.valued).options.find(
      ({ name }) => name === row.program || (row.program === '--exec' && name === '-x'),
    ) ?? {};
  if (value === undefined) return;
  const rest = start === -1 ? [] : call.argv.slice(start);
  if (/\s/.test(value)) call.machine.runText([value, ...rest].join(' '), call.shell.fork(), label, '', true);
  call.machine.within(label, undefined, () =>
    call.machine.invoke([value, ...rest], call.shell, call.stdin, call.piped),
  );
};

const assignments = (call: Call, row: Executor, start: number): number => {
  if (!row.assigns) return start;
  let at = start;
  for (; at < call.argv.length; at++) {
    if (call.argv[at] === '-') continue;
    const match = ASSIGNMENT.exec(call.argv[at] ?? '');
    if (match?.[1] === undefined) break;
    call.shell.set(match[1], match[2] ?? '');
  }
  return at < call.argv.length ? at : -1;
};

const FOLDER = new Set(['-C', '--chdir', '--cwd', '--directory', '--working-directory', '--wd']);
const MOUNT = /^(?:type=bind,)?(?:source|src)=([^,]+),(?:target|dst|destination)=([^,]+)|^([^:,]+):([^:,]+)/;

/** Where and on what the program works: another folder, folders mounted into a container. */
const scopeOf = (row: Executor, call: Call): Call => {
  const { options } = readArgs(call.argv, row.valued, false, 1);
  const folder = options.findLast(({ name }) => FOLDER.has(name) && row.valued.has(name))?.value;
  const mounts = options.filter(({ name }) => /^(-v|--volume|--mount)$/.test(name) && row.valued.has(name));
  const container = /^(docker|podman|nerdctl|docker-compose|finch)$/.test(call.name);
  if (!row.assigns && folder === undefined && !container) return call;
  const shell = call.shell.fork();
  // Where images keep the project, by custom; what is mounted is said below.
  if (container) for (const place of PROJECT_IN_IMAGE) shell.mount(place, call.machine.site.workspace);
  if (folder !== undefined) shell.cwd = absolute(folder, shell.cwd, shell.shared.links);
  for (const { value } of mounts) {
    const [, source, target, from, to] = MOUNT.exec(value ?? '') ?? [];
    const [outside, inside] = [source ?? from, target ?? to];
    if (outside !== undefined && inside !== undefined && /^[/.~\uFDD0-\uFDD3]/.test(outside))
      shell.mount(inside, absolute(outside, shell.cwd));
  }
  return { ...call, shell };
};

const PROJECT_IN_IMAGE = ['/app', '/usr/src/app', '/code', '/workspace', '/workspaces/app'];
const REMOTE = new Set(['ssh', 'autossh', 'rsh', 'mosh']);

const unwrapRow = (row: Executor, call: Call): string | undefined => {
  const from = afterSub(row, call.argv);
  if (from === -1) return undefined;
  const label = [call.name, ...row.sub].join(' ');
  const printed = runTexts(row, call, label);
  const scoped = scopeOf(row, call);
  let start = row.skip > 8 ? -1 : commandStart(row, call.argv, from);
  if (row.program !== undefined) entrypoint(call, row, label, start);
  if (start !== -1) start = assignments(scoped, row, start);
  if (start === -1) {
    if (row.reads && call.piped) call.machine.runText(call.stdin, call.shell.fork(), label);
    return printed;
  }
  if (row.text.has(call.argv[start] ?? '')) return printed;
  if (!row.text.empty && printed !== undefined) return printed;
  const output = runWords(row, scoped, start, label) ?? printed;
  // What another machine prints came over the network, whatever its command was.
  return REMOTE.has(call.name) && output !== undefined ? NETWORK : output;
};

/** Looks through a program at the one it runs. */
export const unwrap: Handler = (call) => {
  let output: string | undefined;
  for (const row of executorsOf(call.name)) output = unwrapRow(row, call) ?? output;
  return output;
};

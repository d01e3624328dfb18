import { readArgs, valued, valueOf } from '../argv.js';
import { LIMITS } from '../limits.js';
import type { Call, Handler } from '../machine.js';
import { absolute } from '../paths/target.js';
import { UNKNOWN } from '../shell/marks.js';

const XARGS = valued(
  '-I -n -P -L -l -d -E -e -s -a --replace --max-args --max-procs --max-lines --delimiter --arg-file -J -R -S',
);
const PARALLEL = valued(
  '-j --jobs -n --max-args -N -a --arg-file -S --sshlogin --colsep -C --delay --retries --results --timeout --tmpdir -I',
);

/** The items on standard input: lines, or words where blanks separate. */
const items = (text: string, lines: boolean): readonly string[] =>
  text
    .split(lines ? /[\n\0]/ : /[\s\0]+/)
    .filter((item) => item !== '')
    .slice(0, LIMITS.turns);

const inputOf = (call: Call, file: string | undefined): string => {
  if (file === undefined) return call.piped ? call.stdin : '';
  return call.machine.readFile(absolute(file, call.shell.cwd), call.shell) ?? UNKNOWN;
};

const invokeEach = (
  call: Call,
  words: readonly string[],
  mark: string,
  list: readonly string[],
): string | undefined => {
  let output: string | undefined;
  for (const item of list) {
    if (call.machine.halted) return output;
    const argv = words.map((word) => word.replaceAll(mark, item));
    output = call.machine.invoke(argv, call.shell, '', false);
  }
  return output;
};

/** `xargs`: the command with what it reads as arguments. */
export const xargs: Handler = (call) => {
  const args = readArgs(call.argv, XARGS, true);
  const words = call.argv.slice(args.firstOperand);
  const mark =
    valueOf(args, '-I', '-J') ??
    (args.options.some(({ name }) => name === '-i' || name === '--replace') ? '{}' : undefined);
  const lines =
    mark !== undefined || args.options.some(({ name }) => name === '-0' || name === '--null' || name === '-d');
  const separator = valueOf(args, '-d', '--delimiter');
  const text = inputOf(call, valueOf(args, '-a', '--arg-file'));
  const list =
    separator?.length === 1 ? text.split(separator).flatMap((part) => items(part, true)) : items(text, lines);
  if (words.length === 0) return list.join(' ');
  const marked = valueOf(args, '--replace') ?? mark;
  return call.machine.within('xargs', undefined, () => {
    if (marked !== undefined) return invokeEach(call, words, marked, list.length === 0 ? [UNKNOWN] : list);
    // A list of names comes from a listing: a star in it stands for all of them.
    return call.machine.invoke([...words, ...list], call.shell, '', false);
  });
};

/** GNU parallel: arguments after `:::`, or lines of standard input; without a command each item is one. */
export const parallel: Handler = (call) => {
  const { argv, machine, shell } = call;
  const colons = argv.findIndex((word) => word.startsWith(':::'));
  const head = colons === -1 ? argv : argv.slice(0, colons);
  const given = argv.slice(colons + 1).filter((word) => !word.startsWith(':::'));
  const args = readArgs(head, PARALLEL, true);
  const list = colons === -1 ? items(inputOf(call, valueOf(args, '-a', '--arg-file')), true) : given;
  const words = head.slice(args.firstOperand);
  const command = words.join(' ');
  for (const item of list.length === 0 ? [''] : list.slice(0, LIMITS.turns)) {
    if (machine.halted) return undefined;
    const text =
      command === ''
        ? item
        : /\{[^}]*\}/.test(command)
          ? command.replace(/\{[/.]{0,2}\}/g, item)
          : `${command} ${item}`;
    machine.runText(text, shell.fork(), 'parallel');
  }
  return undefined;
};

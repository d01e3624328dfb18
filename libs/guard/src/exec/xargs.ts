import { readArgs, valued, valueOf, type Args } from '../argv.js';
import { LIMITS } from '../limits.js';
import type { Call, Handler } from '../machine.js';
import { absolute } from '../paths/target.js';
import { UNKNOWN } from '../shell/marks.js';

const XARGS = valued(
  '-I -n -P -L -d -E -s -a --max-args --max-procs --max-lines --max-chars --delimiter --arg-file --process-slot-var -J -R -S',
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

/** What stands for an item: `-I X`, or `-i{}` and `--replace=X`, which alone mean `{}`. */
const markOf = (args: Args, options: readonly string[]): string | undefined => {
  const given = valueOf(args, '-I', '-J');
  if (given !== undefined) return given;
  for (const word of options) {
    const attached = /^(?:-[0rtxp]*i|--replace=?)(.*)$/s.exec(word)?.[1];
    if (attached !== undefined) return attached === '' ? '{}' : attached;
  }
  return undefined;
};

/** `xargs`: the command with what it reads as arguments. */
export const xargs: Handler = (call) => {
  const args = readArgs(call.argv, XARGS, true);
  const words = call.argv.slice(args.firstOperand);
  const marked = markOf(args, call.argv.slice(1, args.firstOperand));
  const lines =
    marked !== undefined || args.options.some(({ name }) => name === '-0' || name === '--null' || name === '-d');
  const separator = valueOf(args, '-d', '--delimiter');
  const text = inputOf(call, valueOf(args, '-a', '--arg-file'));
  const list =
    separator?.length === 1 ? text.split(separator).flatMap((part) => items(part, true)) : items(text, lines);
  if (words.length === 0) return list.join(' ');
  return call.machine.within('xargs', undefined, () => {
    if (marked !== undefined) return invokeEach(call, words, marked, list.length === 0 ? [UNKNOWN] : list);
    // A list of names comes from a listing: a star in it stands for all of them.
    return call.machine.invoke([...words, ...list], call.shell, '', false);
  });
};

const filled = (words: readonly string[], item: string): readonly string[] =>
  words.some((word) => /\{[/.\d]{0,3}\}/.test(word))
    ? words.map((word) => word.replace(/\{[/.\d]{0,3}\}/g, item))
    : [...words, item];

/** GNU parallel: arguments after `:::`, or lines of standard input; without a command each item is one. */
export const parallel: Handler = (call) => {
  const { argv, machine, shell } = call;
  const colons = argv.findIndex((word) => word.startsWith(':::'));
  const head = colons === -1 ? argv : argv.slice(0, colons);
  const given = argv.slice(colons + 1).filter((word) => !word.startsWith(':::'));
  const args = readArgs(head, PARALLEL, true);
  const list = colons === -1 ? items(inputOf(call, valueOf(args, '-a', '--arg-file')), true) : given;
  const words = head.slice(args.firstOperand);
  if (args.options.some(({ name }) => name === '--pipe' || name === '--pipepart'))
    return machine.within('parallel', undefined, () => machine.invoke(words, shell.fork(), call.stdin, call.piped));
  const command = words.join(' ');
  for (const item of list.length === 0 ? [''] : list.slice(0, LIMITS.turns)) {
    if (machine.halted) return undefined;
    const text = command === '' ? item : filled(words, item).join(' ');
    machine.runText(text, shell.fork(), 'parallel');
    // `parallel sh -c 'rm -rf {}' ::: /`: parallel drops the quotes, who wrote it did not mean it to.
    if (words.some((word) => /\s/.test(word))) machine.invoke(filled(words, item), shell, '', false);
  }
  return undefined;
};

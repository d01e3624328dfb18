import { has, readArgs, valued, valueOf, valuesOf } from '../argv.js';
import { LIMITS } from '../limits.js';
import type { Call, Handler } from '../machine.js';
import { absolute, targetsOf } from '../paths/target.js';

/** Whether a mode lets everyone write: an octal with the bit, or `o+w`, `a=rwx`. */
const worldWritable = (mode: string): boolean => {
  if (/^[0-7]{1,5}$/.test(mode)) return (parseInt(mode, 8) & 2) !== 0;
  if (/^[-+=][0-7]+$/.test(mode)) return mode[0] !== '-' && (parseInt(mode.slice(1), 8) & 2) !== 0;
  return mode.split(',').some((clause) => {
    const match = /^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$/.exec(clause);
    if (match === null) return false;
    const who = match[1] ?? '';
    return /[oa]/.test(who) && /[+=][rxXst]*[wu]/.test(match[2] ?? '');
  });
};

/** Reports a change of mode for every place the paths may mean. */
export const modeOf = (call: Call, mode: string, paths: readonly string[], recursive: boolean): void => {
  const world = worldWritable(mode);
  for (const path of paths.slice(0, LIMITS.turns)) {
    for (const target of targetsOf(path, call.shell, call.machine.site)) {
      call.machine.emit({ kind: 'mode', tool: call.name, target, recursive, world });
    }
  }
};

export const chmod: Handler = (call) => {
  const words = call.argv.slice(1).filter((word) => word !== '--');
  const recursive = words.some((word) => /^-[a-zA-Z]*R/.test(word) || /^--recu/.test(word));
  const operands = words.filter((word) => !/^(--.*|-[RcfvHLPh]+)$/.test(word));
  const [mode, ...paths] = operands;
  const reference = words.some((word) => word.startsWith('--reference'));
  if (mode !== undefined) modeOf(call, reference ? '' : mode, paths, recursive);
  return '';
};

export const chown: Handler = (call) => {
  const args = readArgs(call.argv);
  modeOf(call, '', args.operands.slice(1), has(args, '-R', '--recursive'));
  return '';
};

export const setfacl: Handler = (call) => {
  const args = readArgs(call.argv, valued('-m --modify -x --remove -M -X'));
  const world = valuesOf(args, '-m', '--modify').some(
    (entry) => /(^|,)(d:|default:)?(o|other|u|user)::?[r-]?w/.test(entry) || /(^|,)(o|other):[:r-]*w/.test(entry),
  );
  modeOf(call, world ? 'o+w' : '', args.operands, has(args, '-R', '--recursive'));
  return '';
};

export const mkdir: Handler = (call) => {
  const args = readArgs(call.argv, valued('-m --mode'));
  const mode = valueOf(args, '-m', '--mode');
  if (mode !== undefined) modeOf(call, mode, args.operands, false);
  const { shell } = call;
  for (const path of args.operands) shell.shared.made.add(absolute(path, shell.cwd, shell.shared.links));
  return '';
};

export const umask: Handler = ({ argv, machine }) => {
  const mask = argv.slice(1).find((word) => !word.startsWith('-'));
  const octal = mask !== undefined && /^[0-7]+$/.test(mask) && (parseInt(mask, 8) & 2) === 0;
  if (octal || (mask !== undefined && !/^\d/.test(mask) && worldWritable(mask))) machine.emit({ kind: 'umask' });
  return '';
};

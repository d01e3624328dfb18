import { has, readArgs, valued, valueOf } from '../argv.js';
import { LIMITS } from '../limits.js';
import type { Call, Handler } from '../machine.js';
import { absolute, targetsOf } from '../paths/target.js';
import { SOME, STAR, toSource } from '../shell/marks.js';

const lines = (words: readonly string[]): string => `${words.slice(0, LIMITS.turns).join('\n')}\n`;

/** `mktemp` makes a fresh name in the scratch folder. */
export const mktemp: Handler = ({ argv, machine, shell }) => {
  const args = readArgs(argv, valued('-p --tmpdir --suffix -t'));
  const folder = valueOf(args, '-p', '--tmpdir') ?? machine.site.scratch[0] ?? '/tmp';
  const template = args.operands[0] ?? valueOf(args, '-t') ?? 'tmp.XXXXXX';
  const name = template.replace(/X{3,}/, `${SOME}`);
  const made = name.startsWith('/') ? name : `${folder}/${name}`;
  shell.shared.made.add(made);
  return `${name.startsWith('/') || (args.operands[0] !== undefined && !has(args, '-p', '--tmpdir', '-t')) ? name : `${folder}/${name}`}\n`;
};

export const dirname: Handler = ({ argv }) =>
  lines(
    readArgs(argv).operands.map((path) => {
      const slash = toSource(path).replace(/\/+$/, '').lastIndexOf('/');
      return slash === -1 ? '.' : slash === 0 ? '/' : path.slice(0, slash);
    }),
  );

export const basename: Handler = ({ argv }) =>
  lines(
    readArgs(argv, valued('-s'))
      .operands.slice(0, 1)
      .map((path) => path.replace(/\/+$/, '').split('/').at(-1) ?? path),
  );

export const realpath: Handler = ({ argv, shell, name }) => {
  // A plain readlink says where a link points, which only the disk knows.
  if (name === 'readlink' && !/^-[a-z]*[fem]/.test(argv[1] ?? '')) return `${SOME}\n`;
  return lines(readArgs(argv).operands.map((path) => absolute(path, shell.cwd, shell.shared.links)));
};

/** A folder whose listing is told with the folder, so that who deletes by it is seen to mean that folder. */
const listed = (path: string, call: Call): string => {
  const [target] = targetsOf(path, call.shell, call.machine.site);
  const own = target === undefined || /^(inside|scratch|nothing|unknown|outside|device)$/.test(target.zone);
  if (!own) return `${target.path === '/' ? '' : target.path}/${STAR}`;
  return /[\uFDD4-\uFDD7]/.test(path) ? path : /\.\w+$/.test(path) ? path : SOME;
};

/** `ls` names what is in a folder: everything, where nothing narrows it down. */
export const ls: Handler = (call) => {
  const { operands } = readArgs(call.argv, valued('-I -w -T --ignore --hide'));
  return operands.length === 0 ? `${STAR}\n` : lines(operands.map((path) => listed(path, call)));
};

export const seq: Handler = ({ argv }) => {
  const [from, to] = argv.length === 2 ? ['1', argv[1]] : [argv[1], argv.at(-1)];
  const count = Math.min(LIMITS.turns, Number(to) - Number(from) + 1);
  return Number.isInteger(count) && count > 0
    ? lines(Array.from({ length: count }, (_, i) => String(Number(from) + i)))
    : SOME;
};

import { readArgs, valued, valueOf } from '../argv.js';
import type { Call, Handler } from '../machine.js';
import { absolute } from '../paths/target.js';
import { NETWORK } from '../shell/marks.js';
import { deleteAll, writeTo } from './files.js';

const here = (path: string, call: Call): string => absolute(path, call.shell.cwd, call.shell.shared.links);

/** Says that an archive is unpacked: into a folder that may be guarded, and from where it may have come. */
const unpack = (call: Call, file: string | undefined, folder: string | undefined): void => {
  if (folder !== undefined) writeTo(call, folder, 'extract');
  const { shared } = call.shell;
  const text = file === undefined || file === '-' ? call.stdin : (shared.files.get(here(file, call)) ?? '');
  if (text.includes(NETWORK)) shared.fetched.set(here(folder ?? '.', call), 'archive');
};

const TAR = valued(
  '-f --file -C --directory -I --use-compress-program -X --exclude-from -T --files-from --exclude --strip-components ' +
    '--transform --checkpoint-action --to-command -F --info-script --one-top-level --owner --group --mode -b -g -K -N -V',
);

/** `tar` in all its ways to say `x`: `tar xf`, `tar -xf`, `tar --extract`. */
export const tar: Handler = (call) => {
  const bundled = /^[A-Za-z]+$/.test(call.argv[1] ?? '')
    ? ['tar', `-${call.argv[1] ?? ''}`, ...call.argv.slice(2)]
    : call.argv;
  const args = readArgs(bundled, TAR);
  if (args.options.some(({ name }) => name === '--remove-files')) deleteAll(call, args.operands, true);
  if (!args.options.some(({ name }) => name === '-x' || name === '--extract' || name === '--get')) return undefined;
  unpack(call, valueOf(args, '-f', '--file'), valueOf(args, '-C', '--directory'));
  return undefined;
};

/** `zip -m` moves what it packs into the archive. */
export const zip: Handler = (call) => {
  const args = readArgs(call.argv, valued('-x -i -t -n -b -P -s'));
  if (args.options.some(({ name }) => name === '-m' || name === '--move'))
    deleteAll(call, args.operands.slice(1), true);
  return undefined;
};

/** `unzip x.zip -d dir`, `7z x`. */
export const unzip: Handler = (call) => {
  const args = readArgs(call.argv, valued('-d -x -P'));
  const out = call.argv.find((word) => /^-o./.test(word))?.slice(2);
  const [first, second] = args.operands;
  const seven = call.name.startsWith('7z');
  if (seven && !/^[xe]$/.test(first ?? '')) return undefined;
  unpack(call, seven ? second : first, valueOf(args, '-d') ?? (seven ? out : undefined));
  return undefined;
};

/** Whoever reads a named pipe runs or prints what anybody may have put into it. */
export const namedPipe: Handler = (call) => {
  const { operands } = readArgs(call.argv, valued('-m --mode'));
  const paths = call.name === 'mknod' ? (operands[1] === 'p' ? operands.slice(0, 1) : []) : operands;
  for (const path of paths) call.shell.shared.files.set(here(path, call), NETWORK);
  return '';
};

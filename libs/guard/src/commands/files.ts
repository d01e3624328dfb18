import { has, readArgs, valued, valueOf, valuesOf, type Args } from '../argv.js';
import type { WriteHow } from '../facts.js';
import { LIMITS } from '../limits.js';
import type { Call, Handler } from '../machine.js';
import { absolute, targetsOf } from '../paths/target.js';
import { STAR, tainted, UNKNOWN } from '../shell/marks.js';
import { modeOf } from './modes.js';

/** Reports a write for every place the path may mean. */
export const writeTo = (call: Call, path: string, how: WriteHow, tool = call.name): void => {
  for (const target of targetsOf(path, call.shell, call.machine.site)) {
    call.machine.emit({ kind: 'write', tool, target, how });
  }
};

export const deleteAll = (call: Call, paths: readonly string[], recursive: boolean): void => {
  for (const path of paths.slice(0, LIMITS.turns)) {
    for (const target of targetsOf(path, call.shell, call.machine.site)) {
      call.machine.emit({ kind: 'delete', tool: call.name, target, recursive });
    }
  }
};

export const rm: Handler = (call) => {
  const args = readArgs(call.argv);
  if (has(args, '--help', '--version')) return '';
  const recursive = has(args, '-r', '-R', '--recursive', '-f', '--force');
  // `^keep` is everything but keep to a zsh with extended patterns.
  const paths = args.operands.map((path) => (path.startsWith('^') ? STAR : path));
  deleteAll(call, paths, recursive);
  return '';
};

/** `rimraf`, `del-cli` and their like: always recursive. */
export const rimraf: Handler = (call) => {
  deleteAll(call, readArgs(call.argv).operands, true);
  return '';
};

export const shred: Handler = (call) => {
  deleteAll(call, readArgs(call.argv, valued('-n -s --iterations --size --random-source')).operands, false);
  return '';
};

export const truncate: Handler = (call) => {
  for (const path of readArgs(call.argv, valued('-s --size -r --reference')).operands) writeTo(call, path, 'empty');
  return '';
};

const copyKnowledge = (call: Call, from: string, to: string): void => {
  const { shell } = call;
  const source = absolute(from, shell.cwd, shell.shared.links);
  const target = absolute(to, shell.cwd, shell.shared.links);
  const text = source === '/dev/stdin' ? call.stdin : shell.shared.files.get(source);
  const name = source.slice(source.lastIndexOf('/'));
  for (const path of [target, target + name]) {
    if (text !== undefined) shell.shared.files.set(path, text);
    // A copy of a program is the program under another name.
    else if (/^(\/usr)?\/s?bin\//.test(source)) shell.shared.programs.set(path, source);
    else shell.shared.copies.set(path, shell.shared.copies.get(source) ?? source);
  }
};

const COPY = valued('-t --target-directory -S --suffix -m --mode -o --owner -g --group --backup --context');

const destination = (args: Args): { readonly to: string | undefined; readonly from: readonly string[] } => {
  const folder = valueOf(args, '-t', '--target-directory');
  if (folder !== undefined) return { to: folder, from: args.operands };
  return { to: args.operands.length > 1 ? args.operands.at(-1) : undefined, from: args.operands.slice(0, -1) };
};

export const copy: Handler = (call) => {
  const args = readArgs(call.argv, COPY);
  const { to, from } = destination(args);
  const mode = valueOf(args, '-m', '--mode');
  if (call.name === 'install' && mode !== undefined) modeOf(call, mode, to === undefined ? args.operands : [to], false);
  if (to === undefined) return '';
  const cloned = from.length === 1 ? from : [];
  writeTo(call, to, from.includes('/dev/null') ? 'empty' : 'copy');
  for (const source of from) {
    // `cp evil .claude/` writes .claude/evil.
    if (!to.startsWith('/dev/')) writeTo(call, `${to}/${source.slice(source.lastIndexOf('/') + 1)}`, 'copy');
  }
  for (const source of cloned) copyKnowledge(call, source, to);
  return '';
};

export const move: Handler = (call) => {
  const { to, from } = destination(readArgs(call.argv, COPY));
  if (to === undefined) return '';
  for (const source of from.slice(0, LIMITS.turns)) {
    const targets = targetsOf(to, call.shell, call.machine.site);
    for (const target of targetsOf(source, call.shell, call.machine.site)) {
      call.machine.emit({ kind: 'move', from: target, to: targets[0] ?? target });
    }
    copyKnowledge(call, source, to);
  }
  return copy(call);
};

export const link: Handler = (call) => {
  const args = readArgs(call.argv, COPY);
  const { to, from } = destination(args);
  const { shell } = call;
  const source = from[0] ?? args.operands[0];
  if (source === undefined) return '';
  const place = to ?? source.slice(source.lastIndexOf('/') + 1);
  writeTo(call, place, 'link');
  const path = absolute(place, shell.cwd);
  const target = absolute(source, path.slice(0, path.lastIndexOf('/')) || '/');
  shell.shared.links.set(path, target);
  return '';
};

export const tee: Handler = (call) => {
  const args = readArgs(call.argv);
  const append = has(args, '-a', '--append');
  for (const file of args.operands) {
    writeTo(call, file, append ? 'append' : 'truncate');
    const path = absolute(file, call.shell.cwd, call.shell.shared.links);
    call.shell.shared.files.set(path, call.piped ? call.stdin : UNKNOWN);
    call.shell.shared.sinks.get(path)?.(call.piped ? call.stdin : UNKNOWN);
  }
  return call.piped ? call.stdin : UNKNOWN;
};

export const dd: Handler = (call) => {
  const output = call.argv.find((arg) => arg.startsWith('of='))?.slice(3);
  if (output !== undefined) writeTo(call, output, 'truncate');
  return output === undefined ? tainted(call.stdin) : '';
};

/** `ddrescue in out`. */
export const rescue: Handler = (call) => {
  const [, to] = readArgs(call.argv).operands;
  if (to !== undefined) writeTo(call, to, 'truncate');
  return undefined;
};

/** What lies in a folder, or the file that a path without a slash at its end may be. */
const contents = (path: string): string => path.replace(/\/*$/, `/${STAR}`);

export const rsync: Handler = (call) => {
  const args = readArgs(
    call.argv,
    valued('-e --rsh --exclude --include -f --filter --rsync-path --files-from --port --log-file -T -B --chmod'),
  );
  const shellText = valuesOf(args, '-e', '--rsh', '--rsync-path');
  for (const text of shellText) call.machine.runText(text, call.shell.fork(), 'rsync -e');
  const to = args.operands.length > 1 ? args.operands.at(-1) : undefined;
  if (to === undefined) return undefined;
  const here = args.operands.filter((path) => !/^([\w.@-]+|\[[\da-f:]+\]):/i.test(path));
  if (has(args, '--remove-source-files')) deleteAll(call, here.filter((path) => path !== to).map(contents), true);
  if (!here.includes(to)) return undefined;
  writeTo(call, to, 'copy');
  if (args.options.some(({ name }) => /^--(del|delete.*)$/.test(name))) deleteAll(call, [contents(to)], true);
  return undefined;
};

import { has, type Args } from '../argv.js';
import { asEmpty, toSource } from '../shell/marks.js';
import { hazard, type Git } from './git-call.js';

/** Branches that everything is built on. */
export const MAIN = /^(refs\/heads\/)?(main|master|trunk|develop|development|production|release|stable|gh-pages)$/;

export const dryRun = (args: Args): boolean => has(args, '--dry-run') || args.options.some(({ name }) => name === '-n');

export const push = (git: Git): void => {
  const { args } = git;
  const names = args.options.map(({ name }) => name);
  if (dryRun(args) && !names.includes('--no-dry-run')) return;
  // An abbreviation that fits --force fits --force-with-lease too; git refuses it, and so do we.
  const force = names.includes('-f') || has(args, '--force');
  const refs = args.operands.slice(1).map(toSource);
  if (force || refs.some((ref) => asEmpty(ref).startsWith('+')))
    hazard(git, 'push-force', force ? '--force' : '+refspec');
  if (has(args, '--mirror', '--prune')) hazard(git, 'push-mirror', '--mirror');
  const deletes = names.includes('-d') || names.some((name) => name.length > 4 && '--delete'.startsWith(name));
  const removed = refs.filter((ref) => deletes || ref.startsWith(':')).map((ref) => ref.replace(/^:/, ''));
  if (removed.some((ref) => MAIN.test(ref) || ref === '*')) hazard(git, 'push-delete', removed.join(' '));
};

import { has } from '../argv.js';
import type { Handler } from '../machine.js';
import { targetOf, type Target } from '../paths/target.js';
import { hazard, type Git } from './git-call.js';
import { dryRun } from './git-push.js';

const EVERYTHING = /^(\.\/?|:\/|:\(top\)|\*|\.\/\*|:|\uFDD4|\.\/\uFDD4)$/;

export const reset = (git: Git): void => {
  if (has(git.args, '--hard')) hazard(git, 'reset-hard', '--hard');
};

export const clean = (git: Git): void => {
  const required = git.config.get('clean.requireforce') ?? '';
  const force = has(git.args, '-f', '--force') || /^(false|no|0|off)$/i.test(required);
  if (force && !dryRun(git.args)) hazard(git, 'clean-force', 'clean');
};

export const checkout = (git: Git): void => {
  const { args } = git;
  if (has(args, '--force', '--discard-changes') || args.options.some(({ name }) => name === '-f'))
    hazard(git, 'discard-all', '--force');
  if (args.operands.some((operand) => EVERYTHING.test(operand)) && !has(args, '--patch', '-p'))
    hazard(git, 'discard-all', '.');
};

export const restore = (git: Git): void => {
  const { args } = git;
  const index = args.options.some(({ name }) => name === '-S' || name === '--staged' || name === '--stage');
  const tree = args.options.some(({ name }) => name === '-W' || name === '--worktree');
  if (args.operands.some((operand) => EVERYTHING.test(operand)) && (tree || !index) && !has(args, '--patch', '-p'))
    hazard(git, 'discard-all', '.');
};

export const stash = (git: Git): void => {
  if (git.rest[0] === 'clear') hazard(git, 'discard-all', 'stash clear');
};

const readTree = (git: Git): void => {
  if (has(git.args, '--reset') && git.args.options.some(({ name }) => name === '-u'))
    hazard(git, 'reset-hard', 'read-tree --reset -u');
};

const checkoutIndex = (git: Git): void => {
  const given = (...names: readonly string[]): boolean => git.args.options.some(({ name }) => names.includes(name));
  if (given('-a', '--all') && given('-f', '--force')) hazard(git, 'discard-all', 'checkout-index -f -a');
};

const symbolicRef = (git: Git): void => {
  if (has(git.args, '-d', '--delete')) hazard(git, 'history', 'symbolic-ref -d');
};

/** `git lfs migrate` writes every commit anew. */
const lfs = (git: Git): void => {
  if (git.rest[0] === 'migrate' && /^(import|export)$/.test(git.rest[1] ?? ''))
    hazard(git, 'history', 'lfs migrate rewrites the history');
};

/** Inner commands that overwrite the work tree, references or the history. */
export const PLUMBING = {
  'read-tree': readTree,
  'checkout-index': checkoutIndex,
  'symbolic-ref': symbolicRef,
  lfs,
} as const;

/** BFG: takes files out of every commit there is. */
export const bfg: Handler = (call) => {
  if (call.argv.length > 1 && !call.argv.includes('--help'))
    call.machine.emit({ kind: 'git', hazard: 'history', detail: 'bfg rewrites the history' });
  return undefined;
};

const lost = (git: Git, tool: string, target: Target): void =>
  git.call.machine.emit({ kind: 'delete', tool, target, recursive: true });

/** `git rm` of everything at once. */
export const removeFiles = (git: Git): void => {
  if (has(git.args, '--cached') || dryRun(git.args)) return;
  const { call } = git;
  if (git.args.operands.some((operand) => EVERYTHING.test(operand)))
    lost(git, 'git rm', targetOf('.', call.shell, call.machine.site, git.cwd));
};

/** `git worktree remove` of what is no worktree of the task's: the workspace itself, home. */
export const worktree = (git: Git): void => {
  if (git.args.operands[0] !== 'remove') return;
  for (const operand of git.args.operands.slice(1)) {
    const target = targetOf(operand, git.call.shell, git.call.machine.site, git.cwd);
    if (/^(workspace|above|home|root|system)$/.test(target.zone)) lost(git, 'git worktree remove', target);
  }
};

import { has, readArgs, valued, valuesOf, type Args } from '../argv.js';
import type { Handler } from '../machine.js';
import { absolute, targetOf } from '../paths/target.js';
import { asEmpty, toSource, UNKNOWN } from '../shell/marks.js';
import { writeTo } from './files.js';
import { hazard, type Git } from './git-call.js';
import { config, configure } from './git-config.js';

const GLOBAL = valued('-C -c --git-dir --work-tree --namespace --super-prefix --config-env --exec-path --attr-source');
const MAIN = /^(refs\/heads\/)?(main|master|trunk|develop|development|production|release|stable|gh-pages)$/;
const DRY = ['--dry-run'];

const dryRun = (args: Args): boolean => has(args, ...DRY) || args.options.some(({ name }) => name === '-n');

const reset = (git: Git): void => {
  if (has(git.args, '--hard')) hazard(git, 'reset-hard', '--hard');
};

const clean = (git: Git): void => {
  const force = has(git.args, '-f', '--force') || /^(false|no|0|off)$/.test(git.config.get('clean.requireforce') ?? '');
  if (force && !dryRun(git.args)) hazard(git, 'clean-force', 'clean');
};

const push = (git: Git): void => {
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

const EVERYTHING = /^(\.\/?|:\/|:\(top\)|\*|\.\/\*|:|\uFDD4|\.\/\uFDD4)$/;

const checkout = (git: Git): void => {
  const { args } = git;
  if (has(args, '--force', '--discard-changes') || args.options.some(({ name }) => name === '-f'))
    hazard(git, 'discard-all', '--force');
  if (args.operands.some((operand) => EVERYTHING.test(operand)) && !has(args, '--patch', '-p'))
    hazard(git, 'discard-all', '.');
};

const restore = (git: Git): void => {
  const { args } = git;
  const index = args.options.some(({ name }) => name === '-S' || name === '--staged' || name === '--stage');
  const tree = args.options.some(({ name }) => name === '-W' || name === '--worktree');
  if (args.operands.some((operand) => EVERYTHING.test(operand)) && (tree || !index) && !has(args, '--patch', '-p'))
    hazard(git, 'discard-all', '.');
};

const runOptions = (git: Git, verb: string, ...names: readonly string[]): void => {
  const { call, rest } = git;
  const args = readArgs(rest, new Set(names), false, 0);
  for (const text of valuesOf(args, ...names)) call.machine.runText(text, call.shell.fork(), `git ${verb}`);
};

const runRest = (git: Git, verb: string, words: readonly string[]): void => {
  const { call } = git;
  if (words.length === 1) call.machine.runText(words[0] ?? '', call.shell.fork(), `git ${verb}`);
  else if (words.length > 1)
    call.machine.within(`git ${verb}`, '', () => call.machine.invoke(words, call.shell, call.stdin, call.piped));
};

const submodule = (git: Git): void => {
  const at = git.rest.indexOf('foreach');
  if (at === -1) return;
  const words = git.rest.slice(at + 1).filter((word) => word !== '--recursive' && word !== '--quiet' && word !== '-q');
  runRest(git, 'submodule foreach', words);
};

const bisect = (git: Git): void => {
  if (git.rest[0] === 'run') runRest(git, 'bisect run', git.rest.slice(1));
};

const FILTERS = [
  '--tree-filter',
  '--index-filter',
  '--msg-filter',
  '--env-filter',
  '--commit-filter',
  '--parent-filter',
];

const rewrite = (git: Git): void => {
  runOptions(git, 'filter-branch', ...FILTERS);
  hazard(git, 'history', 'rewrites the history');
};

const branch = (git: Git): void => {
  const { args } = git;
  const deletes = args.options.some(
    ({ name }) => /^-[dD]$/.test(name) || (name.length > 4 && '--delete'.startsWith(name)),
  );
  if (deletes && args.operands.some((operand) => MAIN.test(operand)))
    hazard(git, 'branch-delete', args.operands.join(' '));
};

const removeFiles = (git: Git): void => {
  checkoutFiles(git, 'rm');
  if (has(git.args, '--cached') || dryRun(git.args)) return;
  const { call } = git;
  for (const operand of git.args.operands) {
    if (EVERYTHING.test(operand)) {
      call.machine.emit({
        kind: 'delete',
        tool: 'git rm',
        target: targetOf('.', call.shell, call.machine.site, git.cwd),
        recursive: true,
      });
    }
  }
};

const stash = (git: Git): void => {
  if (git.rest[0] === 'clear') hazard(git, 'discard-all', 'stash clear');
};

const reflog = (git: Git): void => {
  if (git.rest[0] === 'expire' && git.rest.some((word) => /^--expire(-unreachable)?=(now|all|0)/.test(word)))
    hazard(git, 'history', 'reflog expire');
};

const updateRef = (git: Git): void => {
  if (git.args.options.some(({ name }) => name === '-d') || has(git.args, '--delete'))
    hazard(git, 'history', 'update-ref -d');
};

const readTree = (git: Git): void => {
  if (has(git.args, '--reset') && git.args.options.some(({ name }) => name === '-u'))
    hazard(git, 'reset-hard', 'read-tree --reset -u');
};

const noVerify = (git: Git, short = false): void => {
  const skips = git.args.options.some(({ name }) => name === '--no-verify' || (short && name === '-n'));
  if (skips && git.call.machine.tighten.noVerify) hazard(git, 'hooks', '--no-verify');
};

const init = (git: Git): void => {
  if (git.rest.some((word) => word.startsWith('--template'))) hazard(git, 'hooks', '--template');
};

const checkoutFiles = (git: Git, verb: string): void => {
  for (const operand of git.args.operands)
    if (/\.claude\/(settings|hooks)/.test(operand)) writeTo(git.call, operand, 'edit', `git ${verb}`);
};

const VERBS: Readonly<Record<string, (git: Git) => void>> = {
  reset,
  clean,
  push: (git) => {
    push(git);
    noVerify(git);
  },
  'send-pack': push,
  checkout: (git) => {
    checkout(git);
    checkoutFiles(git, 'checkout');
  },
  switch: checkout,
  restore: (git) => {
    restore(git);
    checkoutFiles(git, 'restore');
  },
  config,
  submodule,
  bisect,
  rebase: (git) => runOptions(git, 'rebase --exec', '-x', '--exec'),
  'filter-branch': rewrite,
  'filter-repo': rewrite,
  branch,
  rm: removeFiles,
  stash,
  reflog,
  'update-ref': updateRef,
  'read-tree': readTree,
  commit: (git) => noVerify(git, true),
  merge: (git) => noVerify(git),
  init,
  clone: init,
  difftool: (git) => runOptions(git, 'difftool', '-x', '--extcmd'),
  grep: (git) => runOptions(git, 'grep', '--open-files-in-pager'),
  'for-each-repo': (git) => git.call.machine.invoke(['git', ...git.args.operands], git.call.shell, ''),
};

const VALUED: Readonly<Record<string, ReadonlySet<string>>> = {
  push: valued('-o --push-option --repo --receive-pack --exec'),
  checkout: valued('-b -B --orphan --conflict --pathspec-from-file'),
  switch: valued('-c -C --create --force-create --orphan --conflict'),
  commit: valued(
    '-m -F -C -c -t --message --file --author --date --template --reuse-message --fixup --squash --trailer --cleanup',
  ),
  restore: valued('-s --source --pathspec-from-file --conflict'),
  branch: valued('-u --set-upstream-to --sort --format --points-at --contains --merged'),
  clean: valued('-e --exclude'),
};

const runAlias = (git: Git, alias: string): string => {
  const { call, rest } = git;
  if (alias.startsWith('!'))
    return call.machine.runText([alias.slice(1), ...rest].join(' '), call.shell.fork(), 'git alias');
  return call.machine.runText(['git', alias, ...rest.map(quoted)].join(' '), call.shell.fork(), 'git alias');
};

const quoted = (word: string): string => `'${toSource(word).replaceAll("'", "'\\''")}'`;

const output = (verb: string, git: Git): string | undefined => {
  if (verb === 'rev-parse' && git.rest.includes('--show-toplevel')) return `${git.call.machine.site.workspace}\n`;
  if (verb === 'rev-parse' && git.rest.includes('--git-dir')) return `${git.call.machine.site.workspace}/.git\n`;
  return verb === 'ls-files' && git.args.operands.length === 0 ? '\uFDD4\n' : undefined;
};

/** `git` in all its spellings. */
export const git: Handler = (call) => {
  const top = readArgs(call.argv, GLOBAL, true);
  const verb = call.argv[top.firstOperand];
  const configured = new Map<string, string>();
  const folder = valuesOf(top, '-C').reduce((at, next) => absolute(next, at), call.shell.cwd);
  const rest = call.argv.slice(top.firstOperand + 1);
  const plain = asEmpty(verb ?? '');
  const args = readArgs(rest, VALUED[plain], false, 0);
  const parsed: Git = { call, args, rest, cwd: folder, config: configured };
  for (const setting of valuesOf(top, '-c')) {
    const [key = '', value = ''] = setting.split(/=(.*)/s);
    configured.set(key.toLowerCase(), value);
    configure(parsed, key, value);
  }
  if (verb === undefined) return undefined;
  const alias = call.shell.shared.gitAliases.get(verb);
  if (alias !== undefined && VERBS[verb] === undefined) {
    call.shell.shared.gitAliases.delete(verb);
    const printed = runAlias(parsed, alias);
    call.shell.shared.gitAliases.set(verb, alias);
    return printed;
  }
  if (verb === UNKNOWN) {
    // `git $X --hard`: the options tell the verb.
    reset(parsed);
    return undefined;
  }
  VERBS[plain]?.(parsed);
  return output(plain, parsed);
};

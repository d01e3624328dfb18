import { has, readArgs, valued, valuesOf } from '../argv.js';
import type { Handler } from '../machine.js';
import type { Names } from '../names.js';
import { absolute, targetOf } from '../paths/target.js';
import { asEmpty, NETWORK, SOME, STAR, toGlob, toSource, UNKNOWN } from '../shell/marks.js';
import { applyPatch } from './edits.js';
import { hazard, type Git } from './git-call.js';
import { config, configure, settingsOf } from './git-config.js';
import { checkout, clean, PLUMBING, removeFiles, reset, restore, stash, worktree } from './git-discard.js';
import { MAIN, push } from './git-push.js';

const GLOBAL = valued('-C -c --git-dir --work-tree --namespace --super-prefix --config-env --exec-path --attr-source');

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
  // `-M feature main` puts another branch in the place of main; `-M main` and `-M master main` give it its name.
  const [from = '', to = ''] = args.operands;
  if (has(args, '-M', '-C') && MAIN.test(to) && !MAIN.test(from)) hazard(git, 'branch-delete', to);
};

const reflog = (git: Git): void => {
  if (git.rest[0] === 'expire' && git.rest.some((word) => /^--expire(-unreachable)?=(now|all|0)/.test(word)))
    hazard(git, 'history', 'reflog expire');
};

const updateRef = (git: Git): void => {
  if (git.args.options.some(({ name }) => name === '-d') || has(git.args, '--delete'))
    hazard(git, 'history', 'update-ref -d');
  if (git.rest.includes('--stdin') && /^\s*delete\b/m.test(git.call.stdin))
    hazard(git, 'history', 'update-ref --stdin');
};

const noVerify = (git: Git, short = false): void => {
  const skips = git.args.options.some(({ name }) => name === '--no-verify' || (short && name === '-n'));
  if (skips && git.call.machine.tighten.noVerify) hazard(git, 'hooks', '--no-verify');
};

const init = (git: Git): void => {
  if (git.rest.some((word) => word.startsWith('--template'))) hazard(git, 'hooks', '--template');
};

/** A clone makes a folder, and fills it with what nobody here has read. */
const cloned = (git: Git): void => {
  const args = readArgs(git.rest, CLONE, false, 0);
  for (const [key, value] of settingsOf(valuesOf(args, '-c', '--config'), git.call.shell)) configure(git, key, value);
  const [from, to] = args.operands;
  if (from === undefined) return;
  const name =
    to ??
    from
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .split(/[/:]/)
      .at(-1) ??
    from;
  const { shared } = git.call.shell;
  const folder = absolute(name, git.cwd);
  shared.made.add(folder);
  if (/:\/\/|^[\w.-]+@[\w.-]+:/.test(from) && !from.startsWith('file:')) shared.fetched.set(folder, 'clone');
};

const checkoutFiles = (git: Git, verb: string): void => {
  const { call } = git;
  for (const operand of git.args.operands) {
    const target = targetOf(operand, call.shell, call.machine.site, git.cwd);
    if (target.guarded === 'guard' || target.guarded === 'policy')
      call.machine.emit({ kind: 'write', tool: `git ${verb}`, target, how: 'edit' });
  }
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
  rm: (git) => {
    removeFiles(git);
    checkoutFiles(git, 'rm');
  },
  mv: (git) => checkoutFiles(git, 'mv'),
  worktree,
  stash: (git) => {
    stash(git);
    checkoutFiles(git, 'stash');
  },
  reflog,
  'update-ref': updateRef,
  ...PLUMBING,
  commit: (git) => noVerify(git, true),
  merge: (git) => noVerify(git),
  apply: (git) => applyPatch(git.call, git.args.operands),
  am: (git) => applyPatch(git.call, git.args.operands),
  init,
  clone: (git) => {
    init(git);
    cloned(git);
  },
  difftool: (git) => runOptions(git, 'difftool', '-x', '--extcmd'),
  grep: (git) => runOptions(git, 'grep', '--open-files-in-pager', '-O'),
  'for-each-repo': (git) => git.call.machine.invoke(['git', ...forEachRepo(git.rest)], git.call.shell, ''),
};

const forEachRepo = (rest: readonly string[]): readonly string[] =>
  rest.filter((word, index) => !/^--(config|keep-going)/.test(word) && rest[index - 1] !== '--config');

const CLONE = valued('-b --branch --depth -o --origin -c --config -j --jobs --reference --template --filter');

const VALUED: Readonly<Record<string, Names>> = {
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
  if (verb === 'for-each-ref') {
    const format = /^--format=(.*)$/s.exec(git.rest.find((word) => word.startsWith('--format=')) ?? '')?.[1];
    return format === undefined ? undefined : `${format.replace(/%\([^)]*\)/g, SOME)}\n`;
  }
  if (verb === 'rev-parse' && git.rest.some((word) => /^--(git-dir|git-common-dir|absolute-git-dir)$/.test(word)))
    return `${git.call.machine.site.workspace}/.git\n`;
  if (verb === 'archive' && git.rest.some((word) => word.startsWith('--remote'))) return NETWORK;
  if (verb !== 'ls-files') return undefined;
  const under = git.args.operands.map((path) => (/[*?]/.test(toSource(path)) ? toGlob(path) : `${path}/${STAR}`));
  if (under.length > 0) return `${under.join('\n')}\n`;
  return has(git.args, '-d', '-m', '-u', '--deleted', '--modified', '--unmerged') ? `${SOME}\n` : `${STAR}\n`;
};

const runVerb = (verb: string, git: Git): string | undefined => {
  const { gitConfig } = git.call.shell.shared;
  const plain = asEmpty(verb);
  const key = `alias.${plain.toLowerCase()}`;
  const alias = git.config.get(key);
  if (alias !== undefined && VERBS[plain] === undefined) {
    // An alias of itself would never end; git does not follow it either.
    const kept = gitConfig.get(key);
    gitConfig.delete(key);
    const printed = runAlias(git, alias);
    if (kept !== undefined) gitConfig.set(key, kept);
    return printed;
  }
  if (verb === UNKNOWN) {
    // `git $X --hard`: the options tell the verb.
    reset(git);
    return undefined;
  }
  if (git.rest.includes('--help')) return undefined;
  VERBS[plain]?.(git);
  return output(plain, git);
};

/** `git` in all its spellings. */
export const git: Handler = (call) => {
  const top = readArgs(call.argv, GLOBAL, true);
  const verb = call.argv[top.firstOperand];
  const { gitConfig } = call.shell.shared;
  const settings = settingsOf(valuesOf(top, '-c'), call.shell);
  const rest = call.argv.slice(top.firstOperand + 1);
  const parsed: Git = {
    call,
    args: readArgs(rest, VALUED[asEmpty(verb ?? '')], false, 0),
    rest,
    cwd: valuesOf(top, '-C').reduce((at, next) => absolute(next, at), call.shell.cwd),
    config: settings.length === 0 ? gitConfig : new Map([...gitConfig, ...settings]),
  };
  for (const [key, value] of settings) configure(parsed, key, value);
  return verb === undefined ? undefined : runVerb(verb, parsed);
};

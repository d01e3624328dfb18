import { join } from 'node:path';
import { splitPatches } from '../../core/diff.js';
import type { ChangedFile, Commit, Repo } from '../../core/model.js';
import { isRepoPath, isSha } from '../../core/names.js';
import { zeroSha } from '../../core/payloads/push.js';
import type { Comparison, Git } from '../../flows/git.js';
import { createBoundedMap } from './bounded-map.js';
import { commitFormat, parseChangedFiles, parseCommits, parseRefs, parseTree } from './parse.js';
import { git, runGit } from './run.js';

/** Where a repository lies; its names were checked when it was made. */
export const repoDir = (root: string, repo: Repo): string =>
  join(root, 'repositories', repo.owner.toLowerCase(), `${repo.name.toLowerCase()}.git`);

const pair = (repo: Repo, a: string, b: string): string => `${repo.id}:${a}:${b}`;

const createReads = (at: (repo: Repo) => string[]) => {
  const commits = createBoundedMap<Commit | undefined>(5000);
  const comparisons = createBoundedMap<Comparison>(5000);
  const files = createBoundedMap<readonly ChangedFile[]>(1000);
  const patches = createBoundedMap<ReadonlyMap<string, string>>(100);
  const trees = createBoundedMap<string | undefined>(5000);

  const readComparison = async (repo: Repo, base: string, head: string): Promise<Comparison> => {
    const counts = git([...at(repo), 'rev-list', '--left-right', '--count', '--end-of-options', `${base}...${head}`]);
    const found = runGit([...at(repo), 'merge-base', base, head]);
    const [behindBy, aheadBy] = (await counts).toString('utf8').trim().split('\t').map(Number);
    const mergeBase = (await found).stdout.toString('utf8').trim();
    return { mergeBase: isSha(mergeBase) ? mergeBase : null, aheadBy: aheadBy ?? 0, behindBy: behindBy ?? 0 };
  };

  const readMergeTree = async (repo: Repo, base: string, head: string): Promise<string | undefined> => {
    const result = await runGit([...at(repo), 'merge-tree', '--write-tree', '--no-messages', base, head]);
    const tree = result.stdout.toString('utf8').split('\n')[0] ?? '';
    return result.code === 0 && isSha(tree) ? tree : undefined;
  };

  const diff = (repo: Repo, flags: readonly string[], base: string, head: string): Promise<Buffer> =>
    git([...at(repo), 'diff', ...flags, '--no-color', '--no-ext-diff', '-M', '--end-of-options', base, head, '--']);

  return {
    commit: (repo, sha) =>
      commits.get(`${repo.id}:${sha}`, async () => {
        const args = [...at(repo), 'log', '-1', '-z', `--format=${commitFormat}`, '--end-of-options', sha, '--'];
        const { code, stdout } = await runGit(args);
        return code === 0 ? parseCommits(stdout)[0] : undefined;
      }),
    log: async (repo, base, head, limit) => {
      const range = base === null ? [head] : [head, `^${base}`];
      const flags = ['-z', `--max-count=${limit}`, `--format=${commitFormat}`];
      return parseCommits(await git([...at(repo), 'log', ...flags, '--end-of-options', ...range, '--']));
    },
    compare: (repo, base, head) => comparisons.get(pair(repo, base, head), () => readComparison(repo, base, head)),
    changedFiles: (repo, base, head) =>
      files.get(pair(repo, base, head), async () =>
        parseChangedFiles(await diff(repo, ['--raw', '--numstat', '-z', '--no-abbrev'], base, head)),
      ),
    patches: (repo, base, head) =>
      patches.get(pair(repo, base, head), async () =>
        splitPatches((await diff(repo, ['-U3', '--src-prefix=a/', '--dst-prefix=b/'], base, head)).toString('utf8')),
      ),
    mergeTree: (repo, base, head) => trees.get(pair(repo, base, head), () => readMergeTree(repo, base, head)),
  } satisfies Partial<Git>;
};

const createFileReads = (at: (repo: Repo) => string[]) =>
  ({
    readFile: async (repo, sha, path) => {
      if (!isRepoPath(path)) return undefined;
      const { code, stdout } = await runGit([...at(repo), 'cat-file', 'blob', `${sha}:${path}`]);
      return code === 0 ? stdout : undefined;
    },
    listTree: async (repo, sha, path) => {
      if (path !== '' && !isRepoPath(path)) return [];
      const { code, stdout } = await runGit([...at(repo), 'ls-tree', '-z', '-l', `${sha}:${path}`]);
      return code === 0 ? parseTree(stdout) : [];
    },
    isAncestor: async (repo, ancestor, descendant) =>
      (await runGit([...at(repo), 'merge-base', '--is-ancestor', ancestor, descendant])).code === 0,
  }) satisfies Partial<Git>;

/** Git on bare repositories under `root`. What is named by commits is cached; refs are kept in memory. */
export const createBareGit = (root: string): Git => {
  const at = (repo: Repo): string[] => ['--git-dir', repoDir(root, repo)];
  const known = new Map<number, Promise<Map<string, string>>>();
  const reads = createReads(at);

  const readRefs = async (repo: Repo): Promise<Map<string, string>> =>
    parseRefs(await git([...at(repo), 'for-each-ref', '--format=%(refname) %(objectname) %(*objectname)']));
  const refresh = (repo: Repo): Promise<Map<string, string>> => {
    const read = readRefs(repo);
    known.set(repo.id, read);
    read.catch(() => known.delete(repo.id));
    return read;
  };
  const refs = (repo: Repo): Promise<Map<string, string>> => known.get(repo.id) ?? refresh(repo);

  return {
    ...reads,
    ...createFileReads(at),
    refs,
    refresh,
    resolve: async (repo, revision) => {
      const all = await refs(repo);
      const named = all.get(`refs/heads/${revision}`) ?? all.get(`refs/tags/${revision}`) ?? all.get(revision);
      if (named !== undefined) return named;
      return isSha(revision) ? (await reads.commit(repo, revision))?.sha : undefined;
    },
    commitTree: async (repo, { tree, parents, message, author, committer, time }) => {
      const env = {
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_AUTHOR_DATE: `${time} +0000`,
        GIT_COMMITTER_NAME: committer.name,
        GIT_COMMITTER_EMAIL: committer.email,
        GIT_COMMITTER_DATE: `${time} +0000`,
      };
      const args = [...at(repo), 'commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])];
      return (await git(args, { env, input: message })).toString('utf8').trim();
    },
    updateRef: async (repo, ref, after, before) => {
      const args = after === zeroSha ? ['-d', ref, before] : [ref, after, before];
      const { code } = await runGit([...at(repo), 'update-ref', ...args]);
      await refresh(repo);
      return code === 0;
    },
  };
};

import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createGit, type TaskFile } from '@rig/agent-kit';

/** A module of the pull request and the functions it exports. */
export interface ChangedModule {
  readonly path: string;
  readonly source: string;
  readonly exports: readonly string[];
}

export const exists = async (worktree: string, path: string): Promise<boolean> =>
  access(join(worktree, path)).then(
    () => true,
    () => false,
  );

export const read = (worktree: string, path: string): Promise<string> => readFile(join(worktree, path), 'utf8');

export const write = async (worktree: string, path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(worktree, path)), { recursive: true });
  await writeFile(join(worktree, path), text);
};

/** Paths that the pull request changes, removed ones left out. */
export const changedPaths = async (task: TaskFile, worktree: string): Promise<readonly string[]> => {
  const names = await createGit().run(
    ['diff', '--name-only', '--no-renames', '--diff-filter=d', '-z', '--end-of-options', task.diffBase, 'HEAD'],
    { cwd: worktree },
  );
  return names.split('\0').filter((name) => name !== '');
};

/** The modules under src/ that the pull request changes. */
export const changedModules = async (task: TaskFile, worktree: string): Promise<readonly ChangedModule[]> => {
  const paths = (await changedPaths(task, worktree)).filter((path) => /^src\/[\w./-]+\.js$/.test(path));
  return Promise.all(
    paths.map(async (path) => {
      const source = await read(worktree, path);
      const names = [...source.matchAll(/^export function (\w+)\(/gm)].map((match) => match[1] ?? '');
      return { path, source, exports: names };
    }),
  );
};

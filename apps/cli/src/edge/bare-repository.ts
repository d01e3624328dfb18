import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { RigError } from '@rig/kernel';

const run = promisify(execFile);

/** The folder of a bare repository `<name>.git` below `root`, at most four levels down. */
const findBare = async (root: string, name: string, depth = 4): Promise<string | undefined> => {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory());
  if (folders.some((entry) => entry.name === name)) return `${root}/${name}`;
  if (depth === 0) return undefined;
  for (const folder of folders) {
    const found = folder.name.endsWith('.git') ? undefined : await findBare(`${root}/${folder.name}`, name, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Every commit that real git finds on `main` of a bare repository. */
export const commitsOnMain = async (root: string, repo: string): Promise<ReadonlySet<string>> => {
  const bare = await findBare(root, `${repo.split('/')[1] ?? ''}.git`);
  if (bare === undefined) {
    throw new RigError({
      code: 'REPOSITORY_MISSING',
      kind: 'terminal',
      message: `no bare repository of ${repo} in ${root}`,
    });
  }
  const { stdout } = await run('git', ['--git-dir', bare, 'rev-list', 'refs/heads/main'], {
    env: { PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    timeout: 20_000,
    maxBuffer: 64_000_000,
  });
  return new Set(stdout.split('\n').filter((line) => line !== ''));
};

import { chmod, cp, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Signature } from '../../flows/git.js';
import { git } from './run.js';

/**
 * The `update` hook asks for each ref alone: those named in DEV_FORGE_REFUSED_REFS (one a line) are refused, with the
 * words that GitHub uses.
 */
const updateHook = `#!/bin/sh
while IFS= read -r ref; do
  if [ "$ref" = "$1" ]; then
    echo "error: GH006: Protected branch update failed for $1." >&2
    echo "error: Changes must be made through a pull request." >&2
    exit 1
  fi
done <<REFS
$DEV_FORGE_REFUSED_REFS
REFS
exit 0
`;

export const hooksDir = (root: string): string => join(root, 'hooks');

export const writeHooks = async (root: string): Promise<void> => {
  const path = join(hooksDir(root), 'update');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, updateHook);
  await chmod(path, 0o755);
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

export interface NewRepository {
  /** The final path; it appears whole or not at all. */
  readonly dir: string;
  readonly hooks: string;
  readonly branch: string;
  /** A folder whose files make up the first commit; without one there is a README only. */
  readonly template: string | undefined;
  readonly extraFiles: Readonly<Record<string, string>>;
  readonly author: Signature;
}

const fillWorktree = async (work: string, input: NewRepository): Promise<void> => {
  if (input.template !== undefined) {
    await cp(input.template, work, {
      recursive: true,
      filter: (path) => !path.endsWith('/.git') && !path.endsWith('/node_modules'),
    });
  } else
    await writeFile(
      join(work, 'README.md'),
      `# ${
        input.dir
          .split('/')
          .at(-1)
          ?.replace(/\.git$/, '') ?? ''
      }\n`,
    );
  for (const [path, text] of Object.entries(input.extraFiles)) {
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), text);
  }
};

/** Makes a bare repository with one commit, unless it is already there. */
export const createRepository = async (input: NewRepository): Promise<void> => {
  if (await exists(input.dir)) return;
  await mkdir(dirname(input.dir), { recursive: true });
  const scratch = await mkdtemp(join(dirname(input.dir), '.new-'));
  try {
    const [bare, work] = [join(scratch, 'bare.git'), join(scratch, 'work')];
    await mkdir(work);
    await fillWorktree(work, input);
    await git(['init', '--quiet', '--bare', '-b', input.branch, bare]);
    for (const [key, value] of [
      ['http.receivepack', 'true'],
      ['core.hooksPath', input.hooks],
      ['uploadpack.allowAnySHA1InWant', 'true'],
      ['gc.auto', '0'],
    ] as const) {
      await git(['--git-dir', bare, 'config', key, value]);
    }
    const inside = ['--git-dir', bare, '--work-tree', work];
    const { name, email } = input.author;
    const env = {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_INDEX_FILE: join(scratch, 'index'),
    };
    await git([...inside, 'add', '--all', '--force', '.'], { env });
    await git([...inside, 'commit', '--quiet', '--no-verify', '-m', 'Initial commit'], { env });
    await rename(bare, input.dir);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

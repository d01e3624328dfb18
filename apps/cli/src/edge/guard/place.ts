import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Place } from '@rig/guard';

/** The folder with `.git` at or above a folder; undefined outside every repository. */
const repositoryTop = (folder: string): string | undefined => {
  for (let here = folder; ; here = dirname(here)) {
    if (existsSync(`${here}/.git`)) return here;
    if (here === dirname(here)) return undefined;
  }
};

export interface WantedPlace {
  readonly cwd?: string | undefined;
  readonly workspace?: string | undefined;
}

/**
 * Where a command is judged. The workspace is the one named, else RIG_WORKSPACE, else the repository round the folder,
 * else the folder. Folders that somebody names need not exist on this machine; the home folder is this machine's only
 * where nothing was named.
 */
export const createPlaces = (env: NodeJS.ProcessEnv, here: string): ((wanted: WantedPlace) => Place) => {
  const tops = new Map<string, string | undefined>();
  const topOf = (folder: string): string | undefined => {
    if (!tops.has(folder)) {
      // One listing may name very many folders.
      if (tops.size > 1_000) tops.clear();
      tops.set(folder, repositoryTop(folder));
    }
    return tops.get(folder);
  };
  return ({ cwd, workspace }) => {
    const named = workspace ?? env['RIG_WORKSPACE'];
    const folder = cwd === undefined ? (workspace ?? here) : resolve(here, cwd);
    const root = named === undefined ? (topOf(folder) ?? folder) : resolve(here, named);
    const own = cwd === undefined && workspace === undefined;
    return { cwd: folder, workspace: root, ...(own ? { home: homedir() } : {}) };
  };
};

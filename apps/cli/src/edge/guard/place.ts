import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Place } from '@rig/guard';
import { HOOK_VARIABLES, linksIn, repositoryTop, scriptsIn } from '@rig/hooks';

/** Where scripts may lie besides the workspace, as the hook has it. */
const SCRATCH = ['/tmp', '/var/tmp', '/private/tmp', '/dev/shm'];

/** Reads the scripts that a command runs, for one decision. */
export const scriptsOf = (workspace: string): ((path: string) => string | undefined) =>
  scriptsIn([workspace, ...SCRATCH]);

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
    const named = workspace ?? env[HOOK_VARIABLES.workspace];
    const folder = cwd === undefined ? (workspace ?? here) : resolve(here, cwd);
    const root = named === undefined ? (topOf(folder) ?? folder) : resolve(here, named);
    const own = cwd === undefined && workspace === undefined;
    const links = linksIn([root, ...SCRATCH]);
    return { cwd: folder, workspace: root, links, ...(own ? { home: homedir() } : {}) };
  };
};

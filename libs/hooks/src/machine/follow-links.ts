import { readlinkSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** A chain of dangling links that is longer leads nowhere, for the system too. */
const MAX_LINKS = 40;
/** What is longer the system does not take as a path. */
const MAX_PATH = 4096;

/** Target of a symbolic link; undefined where there is none. */
const linkAt = (path: string): string | undefined => {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
};

/** The real path, also of what is not there yet: a file that is about to be written, through a dangling link too. */
const realOf = (path: string, left = MAX_LINKS): string => {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    if (parent === path || left === 0 || path.length > MAX_PATH) return path;
    const link = linkAt(path);
    const folder = realOf(parent, left);
    return link === undefined
      ? resolve(folder, path.slice(parent.length).replace(/^\/+/, ''))
      : realOf(resolve(folder, link), left - 1);
  }
};

/**
 * Where paths in some folders (the workspace, scratch) lead once symbolic links are followed; undefined where that is
 * the path itself. Links above such a folder are not told of: a workspace may be reached by more than one name.
 */
export const linksIn = (folders: readonly string[]): ((path: string) => string | undefined) => {
  const roots = new Map<string, string>();
  const rootOf = (folder: string): string => {
    const known = roots.get(folder) ?? realOf(folder);
    roots.set(folder, known);
    return known;
  };
  return (path) => {
    const folder = folders.find((one) => path.startsWith(`${one}/`));
    if (folder === undefined) return undefined;
    const [root, real] = [rootOf(folder), realOf(path)];
    const told = real === root || real.startsWith(`${root}/`) ? folder + real.slice(root.length) : real;
    return told === path ? undefined : told;
  };
};

import { accessSync, constants, lstatSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const usable = (folder: string): boolean => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const isOurs = (folder: string): boolean => {
  const found = lstatSync(folder);
  return found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
};

/**
 * Where fetched programs are kept between runs, shared by all checkouts of a user: `$XDG_CACHE_HOME/rig`,
 * else `~/.cache/rig`, else (a user without a home, as in many containers) a private folder for temporary files.
 */
export const cacheDir = (env: NodeJS.ProcessEnv = process.env): string => {
  const base = env['XDG_CACHE_HOME'];
  const wanted = join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'rig');
  if (usable(wanted)) return wanted;
  const spare = join(tmpdir(), `rig-cache-${process.getuid?.() ?? 'user'}`);
  if (usable(spare) && isOurs(spare)) return spare;
  return join(tmpdir(), `rig-cache-${process.pid}`);
};

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, lstat, mkdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { runCommand } from './run-command.js';

/** Debian's `nobody`, which owns nothing. */
const NOBODY = 65_534;
const UNSHARE = ['-U', '--map-user=1000', '--map-group=1000', '--'] as const;

/** How a program that refuses to run as root is run: as ourselves, in a user namespace, or as nobody. */
export type Identity = 'self' | 'namespace' | 'nobody';

export const chooseIdentity = async (): Promise<Identity> => {
  if (process.getuid?.() !== 0) return 'self';
  // Containers often refuse user namespaces; there root may at least become someone else.
  const probe = await runCommand('unshare', [...UNSHARE, 'true'], { timeoutMs: 5_000 });
  return probe.code === 0 ? 'namespace' : 'nobody';
};

export interface RunAs {
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

export const runAs = (identity: Identity): RunAs => {
  if (identity === 'namespace') return { prefix: ['unshare', ...UNSHARE] };
  return identity === 'nobody' ? { prefix: [], uid: NOBODY, gid: NOBODY } : { prefix: [] };
};

const reachableByOthers = async (folder: string): Promise<boolean> => {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const mode = (await stat(path)).mode;
    if ((mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
};

const nameFor = (path: string): string => createHash('sha256').update(resolve(path)).digest('hex').slice(0, 16);

/** A folder directly under a world-writable one could have been put there by someone else: only ours counts. */
const ownedFolder = async (path: string, uid: number): Promise<string> => {
  await mkdir(path, { recursive: true, mode: 0o755 });
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== uid) throw new Error(`${path} belongs to someone else`);
  return path;
};

/** The binaries where `identity` can read them; copied once when they lie in a private folder such as /root. */
export const placeBinaries = async (folder: string, identity: Identity): Promise<string> => {
  if (identity !== 'nobody' || (await reachableByOthers(folder))) return folder;
  const home = await ownedFolder(join(tmpdir(), 'rig-embedded'), 0);
  await chmod(home, 0o755);
  const target = join(home, nameFor(folder));
  if (existsSync(target)) return target;
  const draft = `${target}.${process.pid}`;
  await cp(folder, draft, { recursive: true, verbatimSymlinks: true });
  await rename(draft, target).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  });
  return target;
};

/** The folder for data that `identity` can own: `folder` itself, or one outside private folders, the same each time. */
export const placeData = async (folder: string, identity: Identity): Promise<string> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (identity !== 'nobody') return folder;
  const place = (await reachableByOthers(dirname(folder)))
    ? folder
    : join(await ownedFolder('/var/lib/rig', 0), `${basename(folder)}-${nameFor(folder)}`);
  await mkdir(place, { recursive: true, mode: 0o700 });
  await chown(place, NOBODY, NOBODY);
  return place;
};

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { RigError } from '@rig/kernel';
import { cacheDir } from './cache-dir.js';
import { fetchDebianPackages, libraryFolders } from './debian-package.js';
import { runCommand } from './run-command.js';

export interface ValkeyBinary {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  /** As the program tells it, e.g. `8.0.1`. */
  readonly version: string;
  readonly origin: 'path' | 'cache' | 'debian-package' | 'redis-on-path';
}

export interface FindValkeyOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly log?: (line: string) => void;
  /** False: look only, fetch nothing (used by `rig doctor`). Default true. */
  readonly fetch?: boolean;
}

/** Streams with lag (`XINFO GROUPS … lag`) and functions came with 7. */
const OLDEST_MAJOR = 7;

const onPath = (name: string, env: NodeJS.ProcessEnv): string | undefined =>
  (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(existsSync);

/** The version of a server program that runs here and is new enough. */
const versionOf = async (file: string, env: NodeJS.ProcessEnv): Promise<string | undefined> => {
  const { code, stdout } = await runCommand(file, ['--version'], { env, timeoutMs: 10_000 });
  const version = code === 0 ? /v=(\d+\.\d+\.\d+)/.exec(stdout)?.[1] : undefined;
  return version !== undefined && Number.parseInt(version, 10) >= OLDEST_MAJOR ? version : undefined;
};

const cachedIn = async (root: string, env: NodeJS.ProcessEnv): Promise<Omit<ValkeyBinary, 'origin'> | undefined> => {
  const file = join(root, 'usr', 'bin', 'valkey-server');
  if (!existsSync(file)) return undefined;
  const folders = [...(await libraryFolders(root)), ...(env['LD_LIBRARY_PATH'] ?? '').split(delimiter)];
  const withLibraries = { ...env, LD_LIBRARY_PATH: folders.filter((folder) => folder !== '').join(delimiter) };
  const version = await versionOf(file, withLibraries);
  return version === undefined ? undefined : { file, env: withLibraries, version };
};

const fromPath = async (
  name: string,
  env: NodeJS.ProcessEnv,
  origin: ValkeyBinary['origin'],
): Promise<ValkeyBinary | undefined> => {
  const file = onPath(name, env);
  const version = file === undefined ? undefined : await versionOf(file, env);
  return file === undefined || version === undefined ? undefined : { file, env, version, origin };
};

const fetched = async (
  root: string,
  env: NodeJS.ProcessEnv,
  log: FindValkeyOptions['log'],
): Promise<ValkeyBinary | undefined> => {
  // What lies there does not run (half removed, or of another release of the system): make room.
  await rm(root, { recursive: true, force: true });
  const packages = ['valkey-server', 'valkey-tools'];
  const done = await fetchDebianPackages({ packages, target: root, ...(log === undefined ? {} : { log }) });
  const found = done ? await cachedIn(root, env) : undefined;
  return found === undefined ? undefined : { ...found, origin: 'debian-package' };
};

/** The one command that brings Valkey on this platform. */
export const valkeyInstallCommand = (): string =>
  process.platform === 'darwin'
    ? 'brew install valkey'
    : 'sudo apt-get install -y valkey-server || sudo apt-get install -y redis-server';

/**
 * Finds a Valkey to run: `valkey-server` on PATH, the user's cache, the distribution's package (fetched into the
 * cache without root), then `redis-server` 7 or newer on PATH.
 * @throws RigError `VALKEY_NOT_FOUND` (terminal), naming the one command that installs it.
 */
export const findValkey = async ({
  env = process.env,
  log,
  fetch = true,
}: FindValkeyOptions = {}): Promise<ValkeyBinary> => {
  const root = join(cacheDir(env), `valkey-${process.platform}-${process.arch}`);
  const cached = async (): Promise<ValkeyBinary | undefined> => {
    const found = await cachedIn(root, env);
    return found === undefined ? undefined : { ...found, origin: 'cache' };
  };
  const found =
    (await fromPath('valkey-server', env, 'path')) ??
    (await cached()) ??
    (fetch ? await fetched(root, env, log) : undefined) ??
    (await fromPath('redis-server', env, 'redis-on-path'));
  if (found !== undefined) return found;
  throw new RigError({
    code: 'VALKEY_NOT_FOUND',
    kind: 'terminal',
    message: 'No Valkey was found and none could be fetched (is the network there?)',
    fix: `Run: ${valkeyInstallCommand()}\nor set RIG_VALKEY_URL to a Valkey 8 (or Redis 7) of your own.`,
  });
};

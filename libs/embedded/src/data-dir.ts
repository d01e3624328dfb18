import { randomBytes } from 'node:crypto';
import { link, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { RigError } from '@rig/kernel';

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
};

/** Both servers change into their data folder, which tells a live holder from a reused process id (Linux only). */
const holds = async (pid: number, folder: string): Promise<boolean> => {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return cwd === undefined ? false : cwd === (await realpath(folder));
};

/**
 * Waits until the server that last used `folder` is gone: after a kill -9 of its parent it may take a moment to end.
 * @param pidFile  a file whose first line is a process id; absent means nobody.
 * @throws RigError `EMBEDDED_DATA_IN_USE` (terminal) after `withinMs` milliseconds.
 */
export const awaitRelease = async (name: string, folder: string, pidFile: string, withinMs = 10_000): Promise<void> => {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const text = await readFile(pidFile, 'utf8').catch(() => '');
    const pid = Number.parseInt(text, 10);
    if (!Number.isInteger(pid) || pid <= 0 || !(await holds(pid, folder))) return;
    if (Date.now() >= giveUpAt) {
      throw new RigError({
        code: 'EMBEDDED_DATA_IN_USE',
        kind: 'terminal',
        message: `${name} already runs on ${folder} (process ${pid})`,
        fix: `Stop the other Rig that uses this folder, or that process: kill ${pid}`,
      });
    }
    await pause(50);
  }
};

/** The password kept in `file` (mode 0600), made on first use. */
export const keptPassword = async (file: string): Promise<string> => {
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, randomBytes(18).toString('hex'), { mode: 0o600 });
  try {
    // A link appears whole or not at all: nobody reads a half-written password, and the first one stays.
    await link(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return (await readFile(file, 'utf8')).trim();
};

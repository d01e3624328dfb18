import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { RigError, type Clock } from '@rig/kernel';

export interface FileLockOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Longest wait for the lock, in milliseconds. Default 180 000: a first fetch of a large repository. */
  readonly waitMs?: number;
  /** A lock whose holder has not touched it for so long is taken away, in milliseconds. Default 15 000. */
  readonly staleMs?: number;
}

const take = async (path: string, owner: string): Promise<boolean> => {
  try {
    await writeFile(path, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

/** Takes the lock of a dead holder out of the way; by rename, so that only one of several waiters succeeds. */
const clearStale = async (path: string, staleMs: number): Promise<void> => {
  try {
    const { mtimeMs } = await stat(path);
    // The file's own clock on both sides: nobody's idea of time but the file system's counts.
    if (Date.now() - mtimeMs < staleMs) return;
    const grave = `${path}.${randomUUID()}`;
    await rename(path, grave);
    await rm(grave, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};

/** Runs `work` while holding a lock file that all workers of one machine know; the holder keeps it fresh. */
export const withFileLock = async <T>(options: FileLockOptions, work: () => Promise<T>): Promise<T> => {
  const { path, clock, signal, waitMs = 180_000, staleMs = 15_000 } = options;
  const owner = randomUUID();
  const until = clock.now() + waitMs;
  while (!(await take(path, owner))) {
    if (signal?.aborted === true || clock.now() > until) {
      throw new RigError({ code: 'LOCK_BUSY', kind: 'retryable', message: `${path} is held by another worker` });
    }
    await clearStale(path, staleMs);
    await clock.sleep(50, signal);
  }
  const freshen = setInterval(() => {
    const now = new Date();
    void utimes(path, now, now).catch(() => undefined);
  }, staleMs / 5);
  freshen.unref();
  try {
    return await work();
  } finally {
    clearInterval(freshen);
    if ((await readFile(path, 'utf8').catch(() => '')) === owner) await rm(path, { force: true });
  }
};

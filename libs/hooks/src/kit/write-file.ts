import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file whole or not at all: beside its place, flushed, then renamed over it. Folders above it are made.
 * @param mode  of the file, whatever the umask
 */
export const writeWhole = async (path: string, content: string | Uint8Array, mode: number): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}.draft`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(draft, mode);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
};

/** The mode a file has now, or another for a new one. */
export const modeOf = async (path: string, otherwise: number): Promise<number> =>
  lstat(path).then(
    (found) => found.mode & 0o777,
    () => otherwise,
  );

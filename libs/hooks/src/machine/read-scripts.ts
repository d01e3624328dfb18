import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { GUARD_LIMITS } from '@rig/guard';

/** UTF-8 needs at most four bytes for a character. */
const MAX_BYTES = GUARD_LIMITS.input * 4;
/** Of all scripts of one command together. */
const MAX_TOTAL_BYTES = 4 * MAX_BYTES;

const readRegular = (path: string): string | undefined => {
  let handle: number | undefined;
  try {
    // Not blocking: a pipe that somebody put there would hold up the decision for ever.
    handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { size } = fstatSync(handle);
    if (!fstatSync(handle).isFile() || size > MAX_BYTES) return undefined;
    const bytes = Buffer.alloc(size);
    return bytes.toString('utf8', 0, readSync(handle, bytes, 0, size, 0));
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
};

/**
 * The text of scripts that a command runs from some folders (the workspace, scratch): regular files of at most 512 KiB,
 * 2 MiB together.
 */
export const scriptsIn = (folders: readonly string[]): ((path: string) => string | undefined) => {
  let left = MAX_TOTAL_BYTES;
  return (path) => {
    if (!folders.some((folder) => path.startsWith(`${folder}/`))) return undefined;
    const text = left > 0 ? readRegular(path) : undefined;
    left -= text?.length ?? 0;
    return text;
  };
};

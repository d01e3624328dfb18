import { closeSync, openSync, readSync } from 'node:fs';
import { randomBytes as fromNode } from 'node:crypto';

/** Random bytes from the system's device; node:crypto takes 5 ms to load and is used where there is no such device. */
export const randomBytes = (count: number): Uint8Array => {
  try {
    const handle = openSync('/dev/urandom', 'r');
    try {
      const bytes = Buffer.alloc(count);
      if (readSync(handle, bytes, 0, count, null) === count) return bytes;
    } finally {
      closeSync(handle);
    }
  } catch {
    // As said.
  }
  return fromNode(count);
};

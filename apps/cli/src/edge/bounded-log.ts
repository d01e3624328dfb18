import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';

/** Bytes a log file may hold before it is moved to `<file>.1`, over the one before. */
const MAX_BYTES = 20_000_000;

const sizeOf = (file: string): number => {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
};

/** Where the output of one process goes, over all its restarts: at most two files of 20 MB. */
export interface BoundedLog {
  take(stream: Readable): void;
  note(line: string): void;
  close(): void;
}

/** Writes are synchronous: a line that was read is on disk when the next is taken, and rotation cannot race. */
export const openBoundedLog = (file: string): BoundedLog => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  let size = sizeOf(file);
  let fd: number | undefined = openSync(file, 'a', 0o600);

  const rotate = (): void => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
    renameSync(file, `${file}.1`);
    fd = openSync(file, 'a', 0o600);
    size = 0;
  };

  const write = (chunk: Buffer): void => {
    try {
      if (fd === undefined) return;
      if (size + chunk.length > MAX_BYTES) rotate();
      size += chunk.length;
      writeSync(fd, chunk);
    } catch {
      // A full disk must not take the supervisor down with it.
    }
  };

  return {
    take: (stream) => {
      stream.on('data', (chunk: Buffer | string) => write(Buffer.from(chunk)));
      stream.on('error', () => undefined);
    },
    note: (line) => write(Buffer.from(`${line}\n`)),
    close: () => {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
};

/** The last `lines` lines of a file, read from its last 16 kB; none if it cannot be read. */
export const tailOf = async (file: string, lines: number): Promise<readonly string[]> => {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const length = Math.min(size, 16_384);
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
      return buffer.toString('utf8').trimEnd().split('\n').slice(-lines);
    } finally {
      await handle.close();
    }
  } catch {
    return [];
  }
};

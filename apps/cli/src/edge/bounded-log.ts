import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
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

export const openBoundedLog = (file: string): BoundedLog => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  let size = sizeOf(file);
  let out: WriteStream = openStream(file);

  const write = (chunk: Buffer): void => {
    if (size + chunk.length > MAX_BYTES) {
      out.end();
      renameSync(file, `${file}.1`);
      out = openStream(file);
      size = 0;
    }
    size += chunk.length;
    out.write(chunk);
  };

  return {
    take: (stream) => {
      stream.on('data', (chunk: Buffer | string) => write(Buffer.from(chunk)));
      stream.on('error', () => undefined);
    },
    note: (line) => write(Buffer.from(`${line}\n`)),
    close: () => void out.end(),
  };
};

const openStream = (file: string): WriteStream => {
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  // A full disk must not take the supervisor down with it.
  stream.on('error', () => undefined);
  return stream;
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

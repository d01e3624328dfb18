import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

const inflate = promisify(inflateRaw);

const END = 0x06054b50;
const ENTRY = 0x02014b50;
/** Largest end record: 22 bytes and a comment. */
const END_BYTES = 22 + 0xffff;
/** Compression by deflate; the other known one is none. */
const DEFLATED = 8;

interface Entry {
  readonly method: number;
  readonly size: number;
  readonly at: number;
}

const read = async (file: FileHandle, at: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
};

const findEntry = async (file: FileHandle, name: string): Promise<Entry | undefined> => {
  const { size } = await file.stat();
  const tail = await read(file, Math.max(0, size - END_BYTES), Math.min(size, END_BYTES));
  const end = tail.lastIndexOf(Buffer.from([END & 0xff, (END >> 8) & 0xff, (END >> 16) & 0xff, END >>> 24]));
  if (end < 0) return undefined;
  const directory = await read(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === ENTRY;) {
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => directory.readUInt16LE(at + offset));
    const found = directory.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
    if (found === name) {
      return {
        method: directory.readUInt16LE(at + 10),
        size: directory.readUInt32LE(at + 20),
        at: directory.readUInt32LE(at + 42),
      };
    }
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return undefined;
};

/** One file of a zip archive, or undefined where there is none of that name. No encryption, no Zip64. */
export const unzipOne = async (archive: string, name: string): Promise<Buffer | undefined> => {
  const file = await open(archive, 'r');
  try {
    const entry = await findEntry(file, name);
    if (entry === undefined) return undefined;
    const head = await read(file, entry.at, 30);
    const start = entry.at + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
    const data = await read(file, start, entry.size);
    return entry.method === DEFLATED ? await inflate(data) : data;
  } finally {
    await file.close();
  }
};

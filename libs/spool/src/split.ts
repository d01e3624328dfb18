import { unframe } from './record.js';

/** What stands in a stretch of a segment. */
export interface Stretch {
  readonly records: readonly string[];
  /** Lines that are torn or were changed. */
  readonly damaged: number;
  /** Bytes that are done with once the records are. */
  readonly used: number;
}

const BREAK = 0x0a;

export interface SplitOptions {
  /** At most so many records. */
  readonly max: number;
  /** Nothing follows the last byte, ever. */
  readonly ended: boolean;
}

/** Takes whole records off the beginning of `bytes`. A last line that is not whole stays, unless nothing can follow. */
export const split = (bytes: Buffer, { max, ended }: SplitOptions): Stretch => {
  const records: string[] = [];
  let damaged = 0;
  let used = 0;
  while (used < bytes.length && records.length < max) {
    if (bytes[used] === BREAK) {
      used += 1;
      continue;
    }
    const found = bytes.indexOf(BREAK, used);
    const end = found === -1 ? bytes.length : found;
    const record = unframe(bytes.subarray(used, end));
    // It may be a line that is just being written, or the first part of one that is longer than what was read.
    if (record === undefined && found === -1 && !ended) break;
    if (record === undefined) damaged += 1;
    else records.push(record);
    used = end;
  }
  return { records, damaged, used };
};

import { crc32 } from './crc32.js';

const PREFIX = '{"crc":"';
const MIDDLE = '","record":';
/** Where the record itself begins in a line. */
const START = PREFIX.length + 8 + MIDDLE.length;

const checksum = (bytes: Uint8Array): string => crc32(bytes).toString(16).padStart(8, '0');

/**
 * A record as it is written, in one piece. The line break stands in front: whatever a crash or a full disk left of the
 * line before, this one begins on its own. That a line is whole is told by its checksum, not by a break behind it.
 * @param json  one value, without line breaks
 */
export const frame = (json: string): Buffer => {
  const record = Buffer.from(json);
  return Buffer.concat([Buffer.from(`\n${PREFIX}${checksum(record)}${MIDDLE}`), record, Buffer.from('}')]);
};

/** The record of a line, or undefined if the line is torn or was changed. */
export const unframe = (line: Buffer): string | undefined => {
  if (line.length <= START || line.at(-1) !== 0x7d) return undefined;
  const head = line.toString('latin1', 0, START);
  if (!head.startsWith(PREFIX) || !head.endsWith(MIDDLE)) return undefined;
  const record = line.subarray(START, -1);
  return head.slice(PREFIX.length, PREFIX.length + 8) === checksum(record) ? record.toString('utf8') : undefined;
};

import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';

/**
 * A segment is called `0000000007-3fa94c01e2b7d005.jsonl`. The number orders; the rest makes the name one that is never
 * used again, so that a checkpoint cannot be taken for a place in another segment.
 */
const NAME = /^(?<id>(?<number>\d{10})-[0-9a-f]{16})\.(?<state>jsonl|sealed)$/;

/** Bytes of losses, one each: beyond this many it is "at least". */
export const MAX_LOSSES = 1 << 20;
export const LOSSES_FILE = 'lost';
export const CHECKPOINT_FILE = 'checkpoint.json';

export interface Segment {
  readonly id: string;
  readonly number: number;
  /** Name of the file. */
  readonly file: string;
  /** Nobody may count on what is written to it after this. */
  readonly sealed: boolean;
}

const parse = (file: string): Segment | undefined => {
  const { id, number, state } = NAME.exec(file)?.groups ?? {};
  return id === undefined ? undefined : { id, number: Number(number), file, sealed: state === 'sealed' };
};

/** The segments of a folder, oldest first; none if there is no folder. */
export const listSegments = (folder: string): readonly Segment[] => {
  let files: readonly string[];
  try {
    files = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const segments = files.flatMap((file) => parse(file) ?? []);
  return segments.sort((a, b) => (a.id < b.id ? -1 : 1));
};

/** A name for the segment that follows. */
export const nextSegment = (last: Segment | undefined): string =>
  `${String((last?.number ?? 0) + 1).padStart(10, '0')}-${randomBytes(8).toString('hex')}.jsonl`;

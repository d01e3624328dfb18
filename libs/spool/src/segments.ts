import { readdirSync } from 'node:fs';

/**
 * A segment is called `0000000007.jsonl`; `0000000007.sealed` once its reader has taken its name away. Writers that find
 * the last one full agree on the next name without a word. A writer that was held up for long may make a segment anew
 * that was read and removed meanwhile: it is read like any other.
 */
const NAME = /^(?<id>\d{10})\.(?<state>jsonl|sealed)$/;

/** Bytes of losses, one each: beyond this many it is "at least". */
export const MAX_LOSSES = 1 << 20;
export const LOSSES_FILE = 'lost';
export const CHECKPOINT_FILE = 'checkpoint.json';

export interface Segment {
  /** Its number, as it stands in the name. */
  readonly id: string;
  /** Name of the file. */
  readonly file: string;
  /** Nobody may count on what is written to it after this. */
  readonly sealed: boolean;
}

const parse = (file: string): Segment | undefined => {
  const { id, state } = NAME.exec(file)?.groups ?? {};
  return id === undefined ? undefined : { id, file, sealed: state === 'sealed' };
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
  // Of two with one number the sealed one is the older.
  const order = ({ id, sealed }: Segment): string => `${id}${sealed ? 0 : 1}`;
  return files.flatMap((file) => parse(file) ?? []).sort((a, b) => (order(a) < order(b) ? -1 : 1));
};

/** The name of the segment that follows. */
export const nextSegment = (last: Segment | undefined): string =>
  `${String(Number(last?.id ?? 0) + 1).padStart(10, '0')}.jsonl`;

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKPOINT_FILE } from './segments.js';

/** How far a reader has come. */
export interface Checkpoint {
  /** Segment that is being read; empty at the beginning of the oldest one. */
  readonly segment: string;
  /** Bytes of it that are done with. */
  readonly offset: number;
  /** Losses that were told. */
  readonly lostTold: number;
}

const BEGINNING: Checkpoint = { segment: '', offset: 0, lostTold: 0 };

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** The checkpoint of a folder; one that is missing or damaged is the beginning, which repeats and loses nothing. */
export const readCheckpoint = async (folder: string): Promise<Checkpoint> => {
  try {
    const { segment, offset, lostTold } = JSON.parse(await readFile(join(folder, CHECKPOINT_FILE), 'utf8')) as Partial<
      Record<keyof Checkpoint, unknown>
    >;
    if (typeof segment === 'string' && isCount(offset) && isCount(lostTold)) return { segment, offset, lostTold };
  } catch {
    // As above.
  }
  return BEGINNING;
};

/** Written beside and renamed: a crash leaves the old one or the new one. */
export const writeCheckpoint = async (folder: string, checkpoint: Checkpoint): Promise<void> => {
  const path = join(folder, CHECKPOINT_FILE);
  await writeFile(`${path}.part`, JSON.stringify(checkpoint), { mode: 0o600 });
  await rename(`${path}.part`, path);
};

import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint.js';
import { SPOOL_LIMITS, type SpoolLimits } from './limits.js';
import { listSegments, LOSSES_FILE, type Segment } from './segments.js';
import { split, type Stretch } from './split.js';

export interface SpoolBatch {
  /** JSON, oldest first. Empty when there is nothing to read. */
  readonly records: readonly string[];
  /** Lines passed over because they are torn (a crash, a full disk) or were changed. */
  readonly damaged: number;
  /** Records that writers could not keep since this was last told. */
  readonly lost: number;
  /** Says that all this is done with: it does not come again, and full segments are removed. */
  commit(): Promise<void>;
}

export interface SpoolReader {
  /**
   * The oldest records that were not committed, at most `max`. Asked again without a commit, the same come again: at
   * least once, in order. One reader a folder; it may be in another process than the writers, and be killed at any time.
   */
  read(max: number): Promise<SpoolBatch>;
}

/** Bytes from a place on; at most `limit`. */
const readFrom = async (path: string, offset: number, limit: number): Promise<Buffer> => {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, Math.min(limit, size - offset)));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
};

const countLosses = async (folder: string): Promise<number> =>
  (await stat(join(folder, LOSSES_FILE)).catch(() => undefined))?.size ?? 0;

interface Found extends Stretch {
  /** The segment has been read to its end and nothing can follow. */
  readonly finished: boolean;
}

/** Reads on in a segment; a last line that does not fit into what is read at once cannot be one of ours. */
const readSegment = async (
  path: string,
  offset: number,
  chunk: number,
  max: number,
  sealed: boolean,
): Promise<Found> => {
  const bytes = await readFrom(path, offset, chunk);
  const whole = bytes.length < chunk;
  const found = split(bytes, { max, ended: sealed && whole });
  if (found.used === 0 && !whole) return { records: [], damaged: 1, used: bytes.length, finished: false };
  return { ...found, finished: sealed && whole && found.used === bytes.length };
};

/** Takes the name away, so that whoever is about to write to it writes again elsewhere; then it is read to the end. */
const seal = async (folder: string, { id, file, sealed }: Segment): Promise<string> => {
  const name = `${id}.sealed`;
  if (!sealed) await rename(join(folder, file), join(folder, name));
  return join(folder, name);
};

export const createSpoolReader = (options: {
  readonly folder: string;
  readonly limits?: Partial<SpoolLimits>;
}): SpoolReader => {
  const { folder } = options;
  const chunk = 2 * { ...SPOOL_LIMITS, ...options.limits }.recordBytes;
  let at: Checkpoint | undefined;

  const settle = async (segment: Segment, next: Checkpoint, finished: boolean): Promise<void> => {
    at = finished ? { ...next, segment: '', offset: 0 } : next;
    await writeCheckpoint(folder, at);
    // Only now: a segment of this number that is made anew must not be read from the old place.
    if (finished) await rm(join(folder, `${segment.id}.sealed`), { force: true });
  };

  const readAt = async (from: Checkpoint, segment: Segment, last: boolean, max: number) => {
    const offset = segment.id === from.segment ? from.offset : 0;
    const open = join(folder, segment.file);
    const first = await readSegment(open, offset, chunk, max, segment.sealed);
    if (first.records.length > 0 || first.damaged > 0 || last || segment.sealed) return { ...first, offset };
    return { ...(await readSegment(await seal(folder, segment), offset, chunk, max, true)), offset };
  };

  const read = async (max: number): Promise<SpoolBatch> => {
    const from = (at ??= await readCheckpoint(folder));
    const losses = await countLosses(folder);
    const lost = Math.max(0, losses - from.lostTold);
    const told = { lostTold: Math.max(losses, from.lostTold) };
    const [segment, ...later] = listSegments(folder);
    if (segment === undefined) {
      const commit = async (): Promise<void> => {
        at = { ...from, ...told };
        if (lost > 0) await writeCheckpoint(folder, at);
      };
      return { records: [], damaged: 0, lost, commit };
    }
    const { records, damaged, used, offset, finished } = await readAt(from, segment, later.length === 0, max);
    const next = { segment: segment.id, offset: offset + used, ...told };
    if (finished && records.length === 0 && damaged === 0) {
      await settle(segment, { ...from, segment: '', offset: 0 }, true);
      return read(max);
    }
    const moved = used > 0 || lost > 0;
    return { records, damaged, lost, commit: async () => (moved ? settle(segment, next, finished) : undefined) };
  };

  return { read };
};

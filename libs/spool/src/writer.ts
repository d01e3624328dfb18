import {
  appendFileSync,
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  mkdirSync,
  openSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { SPOOL_LIMITS, type SpoolLimits } from './limits.js';
import { frame } from './record.js';
import { listSegments, LOSSES_FILE, MAX_LOSSES, nextSegment } from './segments.js';

/** Whether a record lies on the disk, and if not, why. */
export type Kept = 'kept' | 'full' | 'too-large' | 'disk';

export interface SpoolWriterOptions {
  /** Made if it is not there, for its owner alone; the folder above it has to exist. */
  readonly folder: string;
  readonly limits?: Partial<SpoolLimits>;
  /** Waits until the disk has it, so that a record also survives a power cut. Default false. */
  readonly durable?: boolean;
}

export interface SpoolWriter {
  /**
   * Appends one record, given as JSON. Any number of processes may write to one folder at once. Never throws: what is not
   * kept is counted in the folder, as far as the disk allows, and the reader tells.
   */
  append(json: string): Kept;
}

/** Tries, each after a reader sealed the segment that was being written. */
const TRIES = 16;

const APPEND = constants.O_WRONLY | constants.O_APPEND;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** The file to write to now; undefined when the spool is full. */
const choose = (
  folder: string,
  { segments, segmentBytes }: SpoolLimits,
): { file: string; fresh: boolean } | undefined => {
  const all = listSegments(folder);
  const last = all.at(-1);
  if (last !== undefined && !last.sealed && statSync(join(folder, last.file)).size < segmentBytes) {
    return { file: last.file, fresh: false };
  }
  return all.length < segments ? { file: nextSegment(last), fresh: true } : undefined;
};

/** True if the reader will come to what was just written: it reads a segment to its end after taking its name away. */
const stillThere = (path: string, fd: number): boolean => {
  try {
    return statSync(path).ino === fstatSync(fd).ino;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
};

const writeTo = (path: string, fresh: boolean, bytes: Buffer, durable: boolean): Kept | 'again' => {
  // One write in append mode: the lines of several writers do not mix.
  const fd = openSync(path, APPEND | (fresh ? constants.O_CREAT : 0), 0o600);
  try {
    if (writeSync(fd, bytes) < bytes.length) return 'disk';
    if (durable) fdatasyncSync(fd);
    return stillThere(path, fd) ? 'kept' : 'again';
  } finally {
    closeSync(fd);
  }
};

/** One level: Node's recursive mkdir does not return where a file system pretends that a parent is missing (/proc). */
const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
};

const countLoss = (folder: string): void => {
  try {
    const path = join(folder, LOSSES_FILE);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size < MAX_LOSSES) appendFileSync(path, '.', { mode: 0o600 });
  } catch {
    // The disk takes nothing at all; the writer's own answer is what is left.
  }
};

const tryOnce = (folder: string, limits: SpoolLimits, bytes: Buffer, durable: boolean): Kept | 'again' => {
  try {
    const chosen = choose(folder, limits);
    if (chosen === undefined) return 'full';
    return writeTo(join(folder, chosen.file), chosen.fresh, bytes, durable);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return 'disk';
    // No folder yet, or the segment was sealed between looking and opening.
    makeFolder(folder);
    return 'again';
  }
};

export const createSpoolWriter = ({ folder, limits, durable = false }: SpoolWriterOptions): SpoolWriter => {
  const bounds = { ...SPOOL_LIMITS, ...limits };
  const append = (bytes: Buffer): Kept => {
    if (bytes.length > bounds.recordBytes) return 'too-large';
    for (let n = 0; n < TRIES; n++) {
      const tried = tryOnce(folder, bounds, bytes, durable);
      if (tried !== 'again') return tried;
    }
    return 'disk';
  };
  return {
    append: (json) => {
      let kept: Kept = 'disk';
      try {
        kept = append(frame(json));
      } catch {
        // Not even the folder can be made.
      }
      if (kept !== 'kept') countLoss(folder);
      return kept;
    },
  };
};

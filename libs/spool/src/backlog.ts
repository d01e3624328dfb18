import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint } from './checkpoint.js';
import { listSegments } from './segments.js';

/** Bytes of a spool's folder that its reader has not done with; looks only, and 0 where there is no spool. */
export const spoolBacklog = async (folder: string): Promise<number> => {
  const { segment, offset } = await readCheckpoint(folder);
  const segments = listSegments(folder);
  // Of two with one number the older is the one that is being read.
  const reading = segments.find(({ id }) => id === segment);
  let waiting = 0;
  for (const each of segments) {
    const { size } = await stat(join(folder, each.file)).catch(() => ({ size: 0 }));
    waiting += each === reading ? Math.max(0, size - offset) : size;
  }
  return waiting;
};

import { readSync } from 'node:fs';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';

/** No call of a tool is larger: models do not write that much at once. */
export const MAX_INPUT_BYTES = 8 << 20;

const CHUNK = 64 << 10;
/** Waits of one millisecond for a client whose pipe is empty for now; the client itself gives up long before. */
const MAX_WAITS = 60_000;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/**
 * Reads standard input to its end, also when it is too much: a client whose write fails takes that for a fault of the
 * hook, and some clients then let the call happen.
 */
export const readInput = (handle = 0, limit = MAX_INPUT_BYTES): Result<string, Refusal> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for (let waits = 0; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    try {
      const read = readSync(handle, chunk, 0, CHUNK, null);
      if (read === 0) break;
      size += read;
      if (size <= limit) chunks.push(chunk.subarray(0, read));
    } catch (error) {
      if (codeOf(error) === 'EOF') break;
      if (codeOf(error) !== 'EAGAIN' || ++waits > MAX_WAITS) {
        return refuse({ code: 'INPUT_UNREADABLE', message: 'standard input cannot be read' });
      }
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }
  if (size > limit)
    return refuse({
      code: 'INPUT_TOO_LARGE',
      message: `the call is larger than ${limit} bytes`,
      fix: 'Make it in smaller parts.',
    });
  return accept(Buffer.concat(chunks).toString('utf8'));
};

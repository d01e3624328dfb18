import { writeSync } from 'node:fs';

const sleeper = new Int32Array(new SharedArrayBuffer(4));
const MAX_WAITS = 2_000;

/** Writes all of it to standard error before it returns: some clients take a refusal without a reason for a fault. */
export const say = (text: string, handle = 2): void => {
  const bytes = Buffer.from(text);
  for (let at = 0, waits = 0; at < bytes.length && waits < MAX_WAITS;) {
    try {
      at += writeSync(handle, bytes, at);
    } catch (error) {
      // Nobody reads it: the exit code says what there is to say.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      waits += 1;
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }
};

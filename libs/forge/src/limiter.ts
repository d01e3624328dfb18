import { RigError } from '@rig/kernel';

/** Lets at most `maxConcurrent` pieces of work run; `maxWaiting` more wait their turn in order, the next is refused. */
export const createLimiter = (maxConcurrent: number, maxWaiting: number) => {
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = async (): Promise<void> => {
    if (running < maxConcurrent) {
      running += 1;
      return;
    }
    if (waiting.length >= maxWaiting) {
      throw new RigError({
        code: 'FORGE_BUSY',
        kind: 'retryable',
        message: `${maxWaiting} calls to the forge are already waiting`,
        fix: 'Try again later; if it lasts, the forge answers too slowly for the number of repositories',
      });
    }
    // Whoever leaves hands over its place, so the count stays as it is.
    await new Promise<void>((resolve) => waiting.push(resolve));
  };

  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };

  return async <T>(work: () => Promise<T>): Promise<T> => {
    await enter();
    try {
      return await work();
    } finally {
      leave();
    }
  };
};

/** Works on items, at most `concurrency` at once, in the order in which they were added. */
export interface TaskPool<T> {
  add(item: T): void;
  /** Resolves when so few items have not begun that another batch may be fetched; see `READ_AHEAD_MS`. */
  room(): Promise<void>;
  /** Drops what has not begun and resolves when the rest has ended. */
  stop(): Promise<void>;
}

/**
 * The next batch is fetched while the last one is worked on, as soon as what is left takes no longer than this, in
 * milliseconds: quick handlers never wait for the store, and slow ones take nothing away from other consumers.
 */
const READ_AHEAD_MS = 5;

/** A mean that forgets: each new duration counts a tenth. Without one it is unknown how many items are quick. */
const createPace = () => {
  let mean: number | undefined;
  return {
    took: (ms: number): void => {
      mean = mean === undefined ? ms : mean * 0.9 + ms * 0.1;
    },
    /** Items that take `ms` milliseconds. */
    within: (ms: number): number => (mean === undefined ? 0 : Math.floor(ms / Math.max(mean, 0.001))),
  };
};

const createWaiters = () => {
  let waiting: (() => void)[] = [];
  return {
    wait: (): Promise<void> => new Promise((resolve) => waiting.push(resolve)),
    release: (): void => {
      if (waiting.length === 0) return;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
  };
};

/**
 * @param work  handles its own errors; one that escapes does not stop the pool
 * @param readAhead  false: there is room only where an item would begin at once
 */
export const createTaskPool = <T>(
  concurrency: number,
  work: (item: T) => Promise<void>,
  readAhead = true,
): TaskPool<T> => {
  let queue: T[] = [];
  /** How many of `queue` have begun: cheaper than to move the rest each time. */
  let begun = 0;
  let lanes = 0;
  const pace = createPace();
  const [onRoom, onIdle] = [createWaiters(), createWaiters()];

  const hasRoom = (): boolean => {
    const waiting = queue.length - begun;
    return readAhead ? waiting <= pace.within(READ_AHEAD_MS) * concurrency : lanes + waiting < concurrency;
  };

  const lane = async (): Promise<void> => {
    lanes += 1;
    while (begun < queue.length) {
      const item = queue[begun] as T;
      begun += 1;
      if (begun === queue.length) [queue, begun] = [[], 0];
      if (hasRoom()) onRoom.release();
      const started = performance.now();
      try {
        await work(item);
      } catch {
        // Somebody else's bug: the others go on.
      }
      pace.took(performance.now() - started);
    }
    lanes -= 1;
    if (hasRoom()) onRoom.release();
    if (lanes === 0) onIdle.release();
  };

  return {
    add: (item) => {
      queue.push(item);
      if (lanes < concurrency) void lane();
    },
    room: () => (hasRoom() ? Promise.resolve() : onRoom.wait()),
    stop: () => {
      [queue, begun] = [[], 0];
      onRoom.release();
      return lanes === 0 ? Promise.resolve() : onIdle.wait();
    },
  };
};

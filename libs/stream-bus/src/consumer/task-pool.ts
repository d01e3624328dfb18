/** Runs tasks, at most `concurrency` at once, in the order in which they were added. */
export interface TaskPool {
  add(task: () => Promise<void>): void;
  /** Resolves when every added task has begun (or was dropped). */
  begun(): Promise<void>;
  /** Drops what has not begun and resolves when the rest has ended. */
  stop(): Promise<void>;
}

export const createTaskPool = (concurrency: number): TaskPool => {
  const queue: (() => Promise<void>)[] = [];
  let running = 0;
  let onBegun: (() => void)[] = [];
  let onIdle: (() => void)[] = [];

  const release = (): void => {
    if (queue.length === 0) {
      for (const resolve of onBegun) resolve();
      onBegun = [];
    }
    if (queue.length === 0 && running === 0) {
      for (const resolve of onIdle) resolve();
      onIdle = [];
    }
  };
  const next = (): void => {
    while (running < concurrency) {
      const task = queue.shift();
      if (task === undefined) break;
      running += 1;
      // Tasks handle their own errors; an escaped one must not stop the pool.
      void task()
        .catch(() => undefined)
        .finally(() => {
          running -= 1;
          next();
        });
    }
    release();
  };
  return {
    add: (task) => {
      queue.push(task);
      next();
    },
    begun: () => (queue.length === 0 ? Promise.resolve() : new Promise((resolve) => onBegun.push(resolve))),
    stop: () => {
      queue.length = 0;
      const ended = running === 0 ? Promise.resolve() : new Promise<void>((resolve) => onIdle.push(resolve));
      release();
      return ended;
    },
  };
};

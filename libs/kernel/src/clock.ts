/** Where time comes from. Passed in everywhere, so that tests own it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};

/** ISO 8601 in UTC with milliseconds, the only form in which times are written. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();

/** A time so many milliseconds after another, both ISO 8601. */
export const isoAfter = (time: string, ms: number): string => isoTime(Date.parse(time) + ms);

import type { Clock } from '@rig/kernel';

/** Ends a one-shot worker: after its one task, or when nothing came within the time of one wait. */
export interface OneShot {
  /** Something came: the wait is over until `idle` says otherwise. */
  busy(): void;
  /** Nothing to do now: the wait begins (again). */
  idle(): void;
  /** The one task is done. */
  done(): void;
  /** Whether it ends: nothing more may be taken, since whatever is taken now would be kept from the next pod. */
  readonly over: boolean;
}

export const createOneShot = (waitMs: number, clock: Clock, finish: () => void): OneShot => {
  let waiting: AbortController | undefined;
  let over = false;
  const end = (): void => {
    over = true;
    finish();
  };
  const busy = (): void => {
    waiting?.abort();
    waiting = undefined;
  };
  return {
    busy,
    idle: () => {
      busy();
      const current = new AbortController();
      waiting = current;
      void clock.sleep(waitMs, current.signal).then(() => {
        if (!current.signal.aborted) end();
      });
    },
    done: end,
    get over() {
      return over;
    },
  };
};

import { withDeadline } from '@rig/kernel';

/** Lets code under test say "I am here", and a test wait for exactly that instead of sleeping. */
export interface TestSignal<T = void> {
  /** Called by the code under test. Values are kept until someone takes them, in order. */
  emit(value: T): void;
  /** The next value not yet taken. @param withinMs default 5 000; then fails with `DEADLINE_EXCEEDED`. */
  next(withinMs?: number): Promise<T>;
  /** The next `count` values. */
  take(count: number, withinMs?: number): Promise<T[]>;
  /** How many were emitted so far. */
  readonly count: number;
}

const LIMIT = 5_000;

/** @param name  appears in the message when nothing comes in time. */
export const testSignal = <T = void>(name = 'test signal'): TestSignal<T> => {
  const kept: { readonly value: T }[] = [];
  const waiting: ((value: T) => void)[] = [];
  let count = 0;

  const receive = (signal: AbortSignal): Promise<T> =>
    new Promise((resolve) => {
      const ready = kept.shift();
      if (ready !== undefined) return resolve(ready.value);
      waiting.push(resolve);
      const giveUp = (): void => {
        // One who gave up must not swallow a later value.
        const place = waiting.indexOf(resolve);
        if (place >= 0) waiting.splice(place, 1);
      };
      signal.addEventListener('abort', giveUp, { once: true });
    });

  const next = (withinMs = LIMIT): Promise<T> => withDeadline(name, withinMs, receive);
  return {
    emit: (value) => {
      count += 1;
      const first = waiting.shift();
      if (first === undefined) kept.push({ value });
      else first(value);
    },
    next,
    take: async (wanted, withinMs = LIMIT) => {
      const values: T[] = [];
      while (values.length < wanted) values.push(await next(withinMs));
      return values;
    },
    get count() {
      return count;
    },
  };
};

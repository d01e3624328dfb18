import { RigError } from './errors.js';

const late = (what: string, ms: number): RigError =>
  new RigError({ code: 'DEADLINE_EXCEEDED', kind: 'retryable', message: `${what} took longer than ${ms} ms` });

const stopped = (what: string): RigError =>
  new RigError({ code: 'ABORTED', kind: 'retryable', message: `${what} was stopped` });

/**
 * Gives `work` a deadline. The signal aborts when the deadline passes or when `parent` aborts, while the work lasts.
 * @param ms  milliseconds; work that takes longer fails with `DEADLINE_EXCEEDED` (retryable).
 */
export const withDeadline = <T>(
  what: string,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  parent?: AbortSignal,
): Promise<T> =>
  // One timer, cleared with the work: this stands round every command, and a timer that outlives it costs memory.
  new Promise<T>((resolve, reject) => {
    const control = new AbortController();
    const clear = (): void => {
      clearTimeout(timer);
      parent?.removeEventListener('abort', onStop);
    };
    const end = (error: RigError): void => {
      clear();
      reject(error);
      control.abort(error);
    };
    const onStop = (): void => end(stopped(what));
    const timer = setTimeout(() => end(late(what, ms)), ms);
    timer.unref();
    if (parent?.aborted === true) onStop();
    else parent?.addEventListener('abort', onStop, { once: true });
    const run = async (): Promise<T> => {
      try {
        return await work(control.signal);
      } finally {
        clear();
      }
    };
    run().then(resolve, reject);
  });

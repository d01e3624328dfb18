import { RigError } from './errors.js';

/**
 * Gives `work` a deadline. The signal aborts when the deadline passes or when `parent` aborts.
 * @param ms  milliseconds; work that takes longer fails with `DEADLINE_EXCEEDED` (retryable).
 */
export const withDeadline = async <T>(
  what: string,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  parent?: AbortSignal,
): Promise<T> => {
  const timeout = AbortSignal.timeout(ms);
  const signal = parent === undefined ? timeout : AbortSignal.any([timeout, parent]);
  const aborted = new Promise<never>((_, reject) => {
    const fail = (): void =>
      reject(
        new RigError({
          code: timeout.aborted ? 'DEADLINE_EXCEEDED' : 'ABORTED',
          kind: 'retryable',
          message: timeout.aborted ? `${what} took longer than ${ms} ms` : `${what} was stopped`,
        }),
      );
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
  aborted.catch(() => undefined);
  return Promise.race([work(signal), aborted]);
};

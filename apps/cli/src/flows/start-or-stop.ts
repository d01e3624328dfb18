import { RigError } from '@rig/kernel';

export const interrupted = (): RigError =>
  new RigError({ code: 'INTERRUPTED', kind: 'terminal', message: 'stopped by the operator' });

/**
 * Waits for a start, but lets Ctrl-C end it: what was started is stopped again, and the answer is the error
 * `INTERRUPTED`, whatever the cut-short start itself had to say.
 */
export const startOrStop = async <T extends { stop(): Promise<void> }>(
  starting: Promise<T>,
  signal: AbortSignal,
  onStopping: () => void,
): Promise<T> => {
  let wake: (() => void) | undefined;
  const aborted = new Promise<undefined>((resolve) => {
    wake = () => resolve(undefined);
    if (signal.aborted) wake();
    else signal.addEventListener('abort', wake, { once: true });
  });
  const outcome = starting.then(
    (system) => ({ system }),
    (error: unknown) => ({ error }),
  );
  const first = await Promise.race([outcome, aborted]);
  if (wake !== undefined) signal.removeEventListener('abort', wake);
  if (signal.aborted) {
    onStopping();
    const late = await outcome;
    if ('system' in late) await late.system.stop();
    throw interrupted();
  }
  if (first !== undefined && 'system' in first) return first.system;
  throw first?.error instanceof Error ? first.error : interrupted();
};

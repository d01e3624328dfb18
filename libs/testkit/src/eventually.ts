import { setTimeout as pause } from 'node:timers/promises';
import { messageOf, RigError } from '@rig/kernel';

export interface EventuallyOptions {
  /** Milliseconds until it gives up. Default 10 000. */
  readonly withinMs?: number;
  /** Milliseconds between two tries. Default 20. */
  readonly everyMs?: number;
  /** For the message when it gives up. Default "the condition". */
  readonly what?: string;
}

/**
 * Tries `condition` until it holds and resolves with its value: the replacement for every sleep in a test.
 * It does **not** hold while it throws (so it may contain `expect`) or answers `false`; any other answer, `undefined`
 * included, means that it holds.
 * @throws RigError `NEVER_HAPPENED` with the last failure as its cause.
 */
export const eventually = async <T>(
  condition: () => T | Promise<T>,
  { withinMs = 10_000, everyMs = 20, what = 'the condition' }: EventuallyOptions = {},
): Promise<Exclude<T, false>> => {
  const giveUpAt = performance.now() + withinMs;
  const holds = (value: T): value is Exclude<T, false> => value !== false;
  for (;;) {
    let last: unknown = new Error('it answered false');
    try {
      const value = await condition();
      if (holds(value)) return value;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= giveUpAt) {
      throw new RigError({
        code: 'NEVER_HAPPENED',
        kind: 'bug',
        message: `${what} did not hold within ${withinMs} ms: ${messageOf(last)}`,
        cause: last,
      });
    }
    await pause(everyMs);
  }
};

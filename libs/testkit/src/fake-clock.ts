import { RigError, type Clock } from '@rig/kernel';

export interface FakeClock extends Clock {
  /**
   * Moves time on by `ms` milliseconds, waking sleepers in the order of their time; whatever a sleeper does next
   * (sleeping again included) happens at that sleeper's time, before later ones wake.
   */
  advance(ms: number): Promise<void>;
  /** Sets the time without waking anyone: what a suspended machine sees. */
  jump(to: number): void;
  /** How many sleep now. */
  sleepers(): number;
  /** Resolves as soon as at least `count` (default 1) sleep: the moment when `advance` makes sense. Limit 5 s. */
  asleep(count?: number): Promise<void>;
}

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/** Lets everything run that is ready to run, callbacks of sockets and files included. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** A clock that only moves when told to. @param start milliseconds since 1970; default 2026-01-01T00:00:00Z. */
export const fakeClock = (start: number = Date.UTC(2026, 0, 1)): FakeClock => {
  let now = start;
  const sleeping = new Set<Sleeper>();

  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const sleeper: Sleeper = {
        at: now + Math.max(0, ms),
        wake: () => {
          sleeping.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      sleeping.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake, { once: true });
    });

  const next = (until: number): Sleeper | undefined =>
    [...sleeping].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];

  const advance = async (ms: number): Promise<void> => {
    const until = now + ms;
    await settle();
    for (let sleeper = next(until); sleeper !== undefined; sleeper = next(until)) {
      now = Math.max(now, sleeper.at);
      sleeper.wake();
      await settle();
    }
    now = until;
  };

  const asleep = async (count = 1): Promise<void> => {
    const giveUpAt = performance.now() + 5_000;
    while (sleeping.size < count) {
      if (performance.now() > giveUpAt) {
        throw new RigError({
          code: 'NOBODY_SLEEPS',
          kind: 'bug',
          message: `${sleeping.size} of ${count} expected sleepers came within 5 s`,
        });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  return { now: () => now, sleep, advance, jump: (to) => void (now = to), sleepers: () => sleeping.size, asleep };
};

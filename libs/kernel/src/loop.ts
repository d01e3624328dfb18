import type { Clock } from './clock.js';
import { messageOf } from './errors.js';
import type { Lifecycle } from './lifecycle.js';
import type { Logger } from './logger.js';

export interface LoopOptions {
  /** Names the loop in logs and metrics. */
  readonly name: string;
  /** One pass. Its outcome is a short word (`idle`, `mended`, …) that is counted. */
  once(signal: AbortSignal): Promise<string>;
  /** Pause between two passes, in milliseconds; also the pause after a failed pass. */
  readonly everyMs: number;
  /** A pass whose outcome is one of these is followed by the next pass at once. */
  readonly again?: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  onOutcome?(loop: string, outcome: string): void;
}

export interface Loop extends Lifecycle {
  /** Ends the current pause early. */
  wake(): void;
}

/** A thin shell round `once`: repeats it until stopped; a pass that throws is logged and does not end the loop. */
export const createLoop = (options: LoopOptions): Loop => {
  let stopping: AbortController | undefined;
  let running: Promise<void> | undefined;
  let pause: AbortController | undefined;
  let woken = false;

  const pass = async (signal: AbortSignal): Promise<string> => {
    try {
      return await options.once(signal);
    } catch (error) {
      if (!signal.aborted) {
        options.logger.log('warn', 'a loop pass failed', { loop: options.name, error: messageOf(error) });
      }
      return 'failed';
    }
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      woken = false;
      const outcome = await pass(signal);
      options.onOutcome?.(options.name, outcome);
      if (signal.aborted) return;
      if (options.again?.includes(outcome) === true) continue;
      if (woken && outcome !== 'failed') continue;
      pause = new AbortController();
      await options.clock.sleep(options.everyMs, AbortSignal.any([signal, pause.signal]));
      pause = undefined;
    }
  };

  return {
    start: async () => {
      if (running !== undefined) return;
      stopping = new AbortController();
      running = run(stopping.signal);
    },
    stop: async () => {
      stopping?.abort();
      await running;
      running = undefined;
    },
    wake: () => {
      woken = true;
      pause?.abort();
    },
  };
};

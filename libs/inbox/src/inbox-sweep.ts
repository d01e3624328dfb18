import { createLoop, type Clock, type Lifecycle, type Logger } from '@rig/kernel';
import type { Inbox } from './inbox.js';

export interface InboxSweepOptions {
  readonly inbox: Pick<Inbox, 'wakeUndecided' | 'deleteSettled'>;
  /** Settled items are kept for so long, in milliseconds. Default 14 days; at least the 3 days in which repetitions come. */
  readonly keepMs?: number;
  readonly clock: Clock;
  readonly logger: Logger;
  onOutcome?(loop: string, outcome: string): void;
  /** Told how many items were put back on the stream. */
  onWoken?(items: number): void;
}

const DAY_MS = 24 * 3_600_000;
const EVERY_MS = 2_000;

export interface InboxSweep extends Lifecycle {
  /** `woken`, `deleted` or `idle`. */
  once(): Promise<string>;
}

/** Wakes what waits undecided and deletes what was settled long ago. Runs in the conductor. */
export const createInboxSweep = (options: InboxSweepOptions): InboxSweep => {
  const { inbox, clock, logger } = options;
  const olderThanMs = Math.max(options.keepMs ?? 14 * DAY_MS, 3 * DAY_MS);
  const once = async (): Promise<string> => {
    const woken = await inbox.wakeUndecided();
    if (woken > 0) {
      options.onWoken?.(woken);
      return 'woken';
    }
    return (await inbox.deleteSettled({ olderThanMs })) > 0 ? 'deleted' : 'idle';
  };
  const loop = createLoop({
    name: 'inbox sweep',
    once,
    everyMs: EVERY_MS,
    again: ['woken', 'deleted'],
    clock,
    logger,
    ...(options.onOutcome === undefined ? {} : { onOutcome: options.onOutcome }),
  });
  return { once, start: loop.start, stop: loop.stop };
};

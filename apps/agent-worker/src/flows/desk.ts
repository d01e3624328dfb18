import type { Offer, TaskBrief } from '@rig/contracts';
import type { Clock } from '@rig/kernel';
import type { Renewed } from './keep-lease.js';
import type { OfferContext, OfferEnd } from './work-offer.js';

export type WorkOffer = (offer: Pick<Offer, 'taskId'>, context: OfferContext) => Promise<OfferEnd>;

export interface DeskOptions {
  /** Attempts at the same time. */
  readonly slots: number;
  readonly work: WorkOffer;
  readonly clock: Clock;
  /** How long running attempts may go on after `close`, in milliseconds. */
  readonly drainMs: number;
}

/** Where offers of all kinds of delivery are worked; knows what runs, and ends it in order. */
export interface Desk {
  /** Works an offer as soon as a slot is free; `later` once the desk is closed. */
  work(offer: Pick<Offer, 'taskId'>, renew: (brief: TaskBrief) => Promise<Renewed>): Promise<OfferEnd>;
  /** Aborts when the desk takes nothing any more. */
  readonly closing: AbortSignal;
  readonly busy: number;
  /** Takes nothing new, lets what runs end in time, then hands it back. */
  close(): Promise<void>;
}

export const createDesk = ({ slots, work, clock, drainMs }: DeskOptions): Desk => {
  const closing = new AbortController();
  const handBack = new AbortController();
  const running = new Set<Promise<OfferEnd>>();
  const queue: (() => void)[] = [];
  let closed: Promise<void> | undefined;

  const slot = async (): Promise<void> => {
    while (running.size >= slots && !closing.signal.aborted) {
      await new Promise<void>((resolve) => queue.push(resolve));
    }
  };

  const wakeAll = (): void => {
    for (const wake of queue.splice(0)) wake();
  };

  const close = async (): Promise<void> => {
    closing.abort();
    wakeAll();
    const ended = new AbortController();
    const idle = Promise.allSettled(running).then(() => ended.abort());
    await Promise.race([idle, clock.sleep(drainMs, ended.signal)]);
    handBack.abort();
    await idle;
  };

  return {
    closing: closing.signal,
    get busy() {
      return running.size;
    },
    work: async (offer, renew) => {
      await slot();
      if (closing.signal.aborted) return 'later';
      const attempt = work(offer, { renew, handBack: handBack.signal });
      running.add(attempt);
      try {
        return await attempt;
      } finally {
        running.delete(attempt);
        wakeAll();
      }
    },
    close: () => (closed ??= close()),
  };
};

import { RigError } from '@rig/kernel';

export interface BatchQueueOptions<T> {
  /** Handles one batch; settles each item itself and never rejects. One batch at a time. */
  run(batch: readonly T[]): Promise<void>;
  /** Items of one batch at most. */
  readonly maxBatch: number;
  /** Items that wait at most. */
  readonly maxQueue: number;
  /** Weight (say, bytes) of an item, and how much of it may wait or be in one batch. Default: unlimited. */
  readonly weight?: { of(item: T): number; readonly maxBatch: number; readonly maxQueue: number };
  /** Code of the retryable error when the queue is full. */
  readonly fullCode: string;
}

export interface BatchQueue<T> {
  /** @throws RigError `fullCode` when too much waits, `QUEUE_CLOSED` after `close`; both retryable. */
  push(item: T): void;
  /** Refuses new items and resolves when the last one waiting was handled. */
  close(): Promise<void>;
  /** Items that wait, for metrics. */
  readonly size: number;
}

const refusal = (code: string, message: string): RigError =>
  new RigError({ code, kind: 'retryable', message, fix: 'Slow down and try again later.' });

/** Group commit: what waits while a batch is under way becomes the next batch, one transaction and one fsync for all. */
export const createBatchQueue = <T>(options: BatchQueueOptions<T>): BatchQueue<T> => {
  const { maxBatch, maxQueue, weight } = options;
  const queue: T[] = [];
  let waiting = 0;
  let draining: Promise<void> | undefined;
  let closed = false;
  const weigh = (item: T): number => weight?.of(item) ?? 0;

  const next = (): readonly T[] => {
    let taken = 0;
    let heavy = 0;
    while (taken < Math.min(maxBatch, queue.length)) {
      heavy += weigh(queue[taken] as T);
      // The first item always goes, however heavy.
      if (taken > 0 && heavy > (weight?.maxBatch ?? Infinity)) break;
      taken += 1;
    }
    const batch = queue.splice(0, taken);
    for (const item of batch) waiting -= weigh(item);
    return batch;
  };

  const drain = async (): Promise<void> => {
    // Everything that is pushed in this turn joins the first batch.
    await Promise.resolve();
    while (queue.length > 0) await options.run(next());
    draining = undefined;
  };

  return {
    push: (item) => {
      if (closed) throw refusal('QUEUE_CLOSED', 'this process is stopping');
      const tooHeavy = waiting + weigh(item) > (weight?.maxQueue ?? Infinity);
      if (queue.length >= maxQueue || tooHeavy) throw refusal(options.fullCode, `${queue.length} items wait already`);
      queue.push(item);
      waiting += weigh(item);
      draining ??= drain();
    },
    close: async () => {
      closed = true;
      await draining;
    },
    get size() {
      return queue.length;
    },
  };
};

import { RigError } from '@rig/kernel';
import { createBatchAppender, type BatchDeps, type Entry } from './append-batch.js';
import type { AppendItem, AppendOutcome } from './event-store.js';

/** Items of one transaction at most: bounds how long the append lock is held. */
const MAX_BATCH = 256;
/** Items that wait at most. Beyond it the producer is told, before memory is. */
const MAX_QUEUE = 10_000;

export interface Appender {
  append(item: AppendItem): Promise<AppendOutcome>;
  /** Refuses new items and resolves when the last one waiting is settled. */
  close(): Promise<void>;
}

const refused = (code: string, message: string, fix: string): RigError =>
  new RigError({ code, kind: 'retryable', message, fix });

/** Group commit: what waits while a batch is under way becomes the next batch, one transaction and one fsync for all. */
export const createAppender = (deps: BatchDeps): Appender => {
  const appendBatch = createBatchAppender(deps);
  const queue: Entry[] = [];
  let draining: Promise<void> | undefined;
  let closed = false;

  const drain = async (): Promise<void> => {
    // Let everything that was called in this turn join the first batch.
    await Promise.resolve();
    while (queue.length > 0) await appendBatch(queue.splice(0, MAX_BATCH));
    draining = undefined;
  };

  return {
    append: (item) => {
      if (closed) return Promise.reject(refused('STORE_CLOSED', 'the event store is closed', 'Try again later.'));
      if (queue.length >= MAX_QUEUE) {
        const message = `${MAX_QUEUE} appends are waiting already`;
        return Promise.reject(refused('APPEND_QUEUE_FULL', message, 'Slow down and try again.'));
      }
      return new Promise((resolve, reject) => {
        queue.push({ item, duplicate: false, settle: resolve, fail: reject });
        draining ??= drain();
      });
    },
    close: async () => {
      closed = true;
      await draining;
    },
  };
};

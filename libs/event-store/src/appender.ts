import { createBatchAppender, type BatchAppender, type BatchDeps, type Entry } from './append-batch.js';
import { createBatchQueue } from './batch-queue.js';
import type { AppendItem, AppendOutcome } from './event-store.js';

/** Items of one transaction at most: bounds how long the append lock is held. */
const MAX_BATCH = 256;
/** Items that wait at most. Beyond it the producer is told, before memory is short. */
const MAX_QUEUE = 10_000;

export interface Appender {
  append(item: AppendItem): Promise<AppendOutcome>;
  /** See `BatchAppender`. */
  readonly row: BatchAppender['row'];
  readonly reached: BatchAppender['reached'];
  /** Refuses new items and resolves when the last one waiting is settled. */
  close(): Promise<void>;
}

export const createAppender = (deps: BatchDeps): Appender => {
  const { run, row, reached } = createBatchAppender(deps);
  const queue = createBatchQueue<Entry>({
    run,
    maxBatch: MAX_BATCH,
    maxQueue: MAX_QUEUE,
    fullCode: 'APPEND_QUEUE_FULL',
  });
  return {
    row,
    reached,
    append: (item) =>
      new Promise((resolve, reject) => queue.push({ item, duplicate: false, settle: resolve, fail: reject })),
    close: queue.close,
  };
};

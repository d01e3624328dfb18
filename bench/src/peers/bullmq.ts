import { Queue, Worker } from 'bullmq';

export interface BullQueue {
  fill(values: readonly object[]): Promise<void>;
  /** Processes `total` jobs by one worker. */
  drain(total: number): Promise<void>;
  close(): Promise<void>;
}

/** Jobs under way at once: of 1, 10, 50, 100 and 200 the fastest for jobs that take no time. */
const CONCURRENCY = 100;

const CHUNK = 1_000;

export const openBullQueue = (url: string): BullQueue => {
  const connection = { url, maxRetriesPerRequest: null };
  const queue = new Queue('bench', { connection });
  return {
    fill: async (values) => {
      for (let from = 0; from < values.length; from += CHUNK) {
        const jobs = values.slice(from, from + CHUNK).map((data) => ({ name: 'job', data }));
        // What is done is not kept: the least it can do for a job.
        await queue.addBulk(jobs.map((job) => ({ ...job, opts: { removeOnComplete: true } })));
      }
    },
    drain: async (total) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      let done = 0;
      const worker = new Worker('bench', async () => undefined, { connection, concurrency: CONCURRENCY });
      worker.on('error', () => undefined);
      worker.on('completed', () => {
        done += 1;
        if (done === total) resolve();
      });
      await promise;
      await worker.close();
    },
    close: () => queue.close(),
  };
};

import { Logger, makeWorkerUtils, run, WorkerPreset } from 'graphile-worker';
import { barePool } from '../harness/bare-pool.js';

export interface GraphileQueue {
  /** Adds `jobs` and works them off; resolves to jobs a second, from the first begun to the last done. */
  drain(jobs: number): Promise<number>;
  close(): Promise<void>;
}

export interface GraphileOptions {
  readonly workers: number;
  /** Jobs fetched at once into a queue of the process (and completed in batches); none by default. */
  readonly localQueue?: number;
}

const silent = new Logger(() => () => undefined);

const rateOf = (jobs: number) => {
  const { promise, resolve } = Promise.withResolvers<number>();
  let begun: number | undefined;
  let done = 0;
  return {
    promise,
    task: async (): Promise<void> => {
      begun ??= performance.now();
      done += 1;
      if (done === jobs) resolve(jobs / ((performance.now() - begun) / 1_000));
    },
  };
};

/** graphile-worker with jobs that take no time; its pool has as many connections as it has workers, and two more. */
export const openGraphile = async (url: string, { workers, localQueue }: GraphileOptions): Promise<GraphileQueue> => {
  const pool = barePool(url, workers + 2);
  const utils = await makeWorkerUtils({ pgPool: pool, logger: silent });
  await utils.migrate();
  return {
    drain: async (jobs) => {
      await pool.query(
        `select graphile_worker.add_jobs(array(
           select row('claim', json_build_object('n', n), null, now(), 25, null, 0, null)::graphile_worker.job_spec
           from generate_series(1, $1::integer) as n))`,
        [jobs],
      );
      await pool.query('analyze graphile_worker._private_jobs');
      const { promise, task } = rateOf(jobs);
      const runner = await run({
        pgPool: pool,
        logger: silent,
        noHandleSignals: true,
        concurrency: workers,
        taskList: { claim: task },
        preset: {
          extends: [WorkerPreset],
          // Its own advice for throughput: a local queue, and completions sent together.
          worker:
            localQueue === undefined
              ? {}
              : { localQueue: { size: localQueue }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
        },
      });
      const rate = await promise;
      await runner.stop();
      return rate;
    },
    close: async () => {
      await utils.release();
      await pool.end();
    },
  };
};

import { messageOf, RigError, withDeadline, type Lifecycle, type Logger, type Refusal, type Result } from '@rig/kernel';
import type { Job, Queue, Worker } from 'bullmq';

/** Loading BullMQ costs 0.15 s of start-up, which only services with jobs should pay. */
const bull = () => import('bullmq');

/** BullMQ gives up on a job whose error has this name. */
class GiveUp extends Error {
  override readonly name = 'UnrecoverableError';
}

/** Prefix of everything that BullMQ writes. */
const PREFIX = 'rig:bull';

export interface JobConnection {
  readonly url: string;
  readonly logger: Logger;
  /** Name of the queue, without `:`. */
  readonly name: string;
}

export interface JobQueueOptions extends JobConnection {
  /** Tries before a job counts as failed. Default 5. */
  readonly attempts?: number;
  /** Delay before the second try, doubled for each further one, in milliseconds. Default 1000. */
  readonly backoffMs?: number;
}

export interface JobQueue<T> {
  /** Adds a job; a second one with the same id (the id of the event that caused it) is dropped. */
  add(jobId: string, data: T): Promise<void>;
  /** Jobs that wait, run, or wait for another try. */
  open(): Promise<number>;
  close(): Promise<void>;
}

export interface JobWorkerOptions<T> extends JobConnection {
  parse(data: unknown): Result<T, Refusal>;
  /** Throws a terminal RigError to give up at once; anything else is tried again. Must be safe to run twice. */
  handle(job: {
    readonly id: string;
    readonly attempt: number;
    readonly data: T;
    readonly signal: AbortSignal;
  }): Promise<void>;
  /** Called when a job has failed for good. */
  onFailed?(job: { readonly id: string; readonly data: unknown; readonly reason: string }): void;
  /** Jobs at the same time. Default 4. */
  readonly concurrency?: number;
  /** Time for one try, in milliseconds. Default 30 000. */
  readonly deadlineMs?: number;
  /**
   * How long a running job is its worker's without renewal, in milliseconds; the worker renews it at half that time.
   * When a worker dies its jobs go to another one after that time and a third of it. Default 15 000.
   */
  readonly lockMs?: number;
}

/** Time for a command of the queue, in milliseconds. */
const COMMAND_MS = 5_000;
/** A connection that owes an answer for so long is made anew: longer than a worker's own waits for jobs (5 s). */
const SOCKET_MS = 10_000;
/** Finished jobs kept, so that a job added again in that time is still known; seconds and number. */
const KEEP = { age: 24 * 3_600, count: 10_000 };

/** Workers that may die over one job before it counts as failed: a job that kills whoever tries it must end. */
const MAX_DEATHS = 10;

const checkName = (name: string): void => {
  if (!name.includes(':')) return;
  throw new RigError({
    code: 'QUEUE_NAME',
    kind: 'bug',
    message: `The queue name ${name} contains a colon`,
    fix: 'Use dots.',
  });
};

const unavailable = (error: unknown): RigError =>
  new RigError({
    code: 'BUS_UNAVAILABLE',
    kind: 'retryable',
    message: `Valkey cannot be reached: ${messageOf(error)}`,
    fix: 'Check RIG_VALKEY_URL and that Valkey is running.',
    cause: error,
  });

const openQueue = async ({ name, url, logger }: JobConnection): Promise<Queue> => {
  const { Queue } = await bull();
  const queue = new Queue(name, {
    prefix: PREFIX,
    connection: { url, maxRetriesPerRequest: 1, socketTimeout: SOCKET_MS },
  });
  queue.on('error', (error) => logger.log('warn', 'a job queue lost Valkey', { queue: name, error: messageOf(error) }));
  return queue;
};

/** Jobs for outbound calls, kept in Valkey; what must not be lost is found again from the log. */
export const createJobQueue = <T>(options: JobQueueOptions): JobQueue<T> => {
  checkName(options.name);
  let opened: Promise<Queue> | undefined;
  const command = <R>(what: string, work: (queue: Queue) => Promise<R>): Promise<R> =>
    withDeadline(what, COMMAND_MS, async () => work(await (opened ??= openQueue(options)))).catch((error: unknown) => {
      throw unavailable(error);
    });
  return {
    add: async (jobId, data) => {
      await command('adding a job', (queue) =>
        queue.add(options.name, data, {
          jobId,
          attempts: options.attempts ?? 5,
          backoff: { type: 'exponential', delay: options.backoffMs ?? 1_000 },
          removeOnComplete: KEEP,
          removeOnFail: KEEP,
        }),
      );
    },
    open: () => command('counting jobs', (queue) => queue.getJobCountByTypes('waiting', 'active', 'delayed')),
    close: async () => (await opened)?.close(),
  };
};

const runJob = async <T>(options: JobWorkerOptions<T>, job: Job, stopping: AbortSignal): Promise<void> => {
  const parsed = options.parse(job.data);
  if (!parsed.ok) throw new GiveUp(`${parsed.refusal.code}: ${parsed.refusal.message}`);
  const { id = '', attemptsMade } = job;
  try {
    await withDeadline(
      `the job ${id}`,
      options.deadlineMs ?? 30_000,
      (signal) => options.handle({ id, attempt: attemptsMade + 1, data: parsed.value, signal }),
      stopping,
    );
  } catch (error) {
    if (error instanceof RigError && error.kind === 'terminal') throw new GiveUp(`${error.code}: ${error.message}`);
    throw error;
  }
};

const openWorker = async <T>(options: JobWorkerOptions<T>, stopping: AbortSignal): Promise<Worker> => {
  const { name, url, logger, lockMs = 15_000 } = options;
  const { Worker } = await bull();
  const worker = new Worker(name, (job) => runJob(options, job, stopping), {
    prefix: PREFIX,
    connection: { url, maxRetriesPerRequest: null, socketTimeout: SOCKET_MS },
    concurrency: options.concurrency ?? 4,
    lockDuration: lockMs,
    stalledInterval: Math.ceil(lockMs / 3),
    maxStalledCount: MAX_DEATHS,
    autorun: false,
  });
  worker.on('error', (error) =>
    logger.log('warn', 'a job worker lost Valkey', { queue: name, error: messageOf(error) }),
  );
  worker.on('failed', (job, error) => {
    const last =
      job === undefined || error.name === 'UnrecoverableError' || job.attemptsMade >= (job.opts.attempts ?? 1);
    logger.log(last ? 'error' : 'warn', 'a job failed', { queue: name, job: job?.id, last, error: messageOf(error) });
    if (last && job !== undefined) options.onFailed?.({ id: job.id ?? '', data: job.data, reason: messageOf(error) });
  });
  return worker;
};

/** Works on the jobs of one queue; `stop` lets running jobs end (their signal aborts), the rest waits for the next start. */
export const createJobWorker = <T>(options: JobWorkerOptions<T>): Lifecycle => {
  checkName(options.name);
  const stopping = new AbortController();
  let opened: Promise<Worker> | undefined;
  let running: Promise<void> | undefined;
  return {
    start: async () => {
      const worker = await (opened ??= openWorker(options, stopping.signal));
      running ??= worker.run().catch((error: unknown) => {
        options.logger.log('error', 'a job worker ended', { queue: options.name, error: messageOf(error) });
      });
    },
    stop: async () => {
      stopping.abort();
      await (await opened)?.close();
      await running;
    },
  };
};

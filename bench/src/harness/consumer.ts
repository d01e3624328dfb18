import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a consumer in a process of its own is to do. */
export interface ConsumerTask {
  readonly url: string;
  readonly stream: string;
  readonly group: string;
  /** Entries after which it is done. */
  readonly total: number;
}

/** Taken in: `[position, milliseconds since 1970]`, in the order of arrival. */
export type Arrival = readonly [position: number, at: number];

export interface RunningConsumer {
  /** Resolves when it has taken in all of them, and has ended. */
  readonly done: Promise<readonly Arrival[]>;
}

/** The clock of the machine, finer than `Date.now()`: the same in every process. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

/** Starts a consumer process (the built form of a file of bench/src); resolves when it reads. */
export const startConsumer = (file: string, task: ConsumerTask): Promise<RunningConsumer> =>
  new Promise((started, failed) => {
    const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
    const child = fork(path, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const done = new Promise<readonly Arrival[]>((resolve, reject) => {
      child.on('message', (message: 'ready' | readonly Arrival[]) => {
        if (message === 'ready') started({ done });
        else resolve(message);
      });
      child.once('exit', (code) => reject(new Error(`${file} ended with ${code ?? 'a signal'}`)));
    });
    // Before `started` nobody waits for it.
    done.catch(failed);
    child.send(task);
  });

/** The other side: `consume` calls `take` for each entry; after the last one `end` is awaited and the process ends. */
export const consumeForParent = (
  consume: (task: ConsumerTask, take: (position: number) => void) => Promise<() => Promise<void>>,
): void => {
  process.once('disconnect', () => process.exit(1));
  process.once('message', (message) => {
    const task = message as ConsumerTask;
    const arrivals: Arrival[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const take = (position: number): void => {
      arrivals.push([position, nowMs()]);
      if (arrivals.length === task.total) resolve();
    };
    const run = async (): Promise<void> => {
      const end = await consume(task, take);
      process.send?.('ready');
      await promise;
      await end();
      process.send?.(arrivals, undefined, undefined, () => process.exit(0));
    };
    run().catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exit(1);
    });
  });
};

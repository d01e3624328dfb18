import { tasksStream, WORKERS_GROUP } from '@rig/contracts';
import { accept, RigError, systemClock } from '@rig/kernel';
import type { StreamBus, Verdict } from '@rig/stream-bus';
import type { Pod, Stage } from '../../flows/deploy/rehearsal-stage.js';

/** Longest wait for the streams to show what a play expects, in milliseconds. */
const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 5;
/** How long a pod for one task waits for it, in milliseconds. */
const ONE_TASK_MS = 300;

/** As apps/agent-worker does. */
const AS_WORKERS_READ = { batch: 1, readAhead: false, blockMs: 100 } as const;

const DONE: Verdict = { verdict: 'ack' };
const LEFT: Verdict = { verdict: 'leave' };

type Release = (verdict: Verdict) => void;

interface PodOptions {
  readonly stream: string;
  readonly consumer: string;
  readonly oneTask: boolean;
  readonly places: number;
}

/** A pod: Rig's consumer, which holds the entries it took until it is told to finish. */
const startPod = async (bus: StreamBus, { stream, consumer, oneTask, places }: PodOptions): Promise<Pod> => {
  const held = new Set<Release>();
  const ended = new AbortController();
  const hold = () =>
    new Promise<Verdict>((resolve) => {
      if (ended.signal.aborted) resolve(LEFT);
      else held.add(resolve);
    });
  const reader = bus.consume({
    stream,
    group: WORKERS_GROUP,
    consumer,
    parse: accept,
    handle: hold,
    ...AS_WORKERS_READ,
    more: () => !ended.signal.aborted,
    concurrency: places,
  });
  const release = (verdict: Verdict, count: number): void => {
    for (const resolve of [...held].slice(0, count)) {
      held.delete(resolve);
      resolve(verdict);
    }
  };
  await reader.start();
  if (oneTask) {
    void systemClock.sleep(ONE_TASK_MS, ended.signal).then(() => {
      if (held.size === 0) ended.abort();
    });
  }
  return {
    places,
    get busy() {
      return held.size;
    },
    get ended() {
      return ended.signal.aborted;
    },
    finish: () => {
      if (oneTask) ended.abort();
      release(DONE, 1);
    },
    kill: async () => {
      ended.abort();
      release(LEFT, places);
      await reader.stop();
    },
  };
};

/** The stage on a real Valkey: stream and group as Rig makes them, entries as it writes them, numbers as KEDA reads them. */
export const createStreamStage = async (bus: StreamBus, agent: string): Promise<Stage> => {
  const stream = tasksStream(agent);
  await bus.ensureGroup(stream, WORKERS_GROUP);
  const pods: Pod[] = [];
  let position = 0;
  return {
    offer: async (count) => {
      for (let n = 0; n < count; n++) await bus.offerAgain(stream, (position += 1), { task: position });
    },
    state: async () => {
      const [groups, last] = [await bus.groups(stream), await bus.lastPosition(stream)];
      const group = groups.find(({ name }) => name === WORKERS_GROUP);
      // Nothing is trimmed in a play: as many entries as offers, unless the stream is not there.
      const length = last === 0 && groups.length === 0 ? undefined : position;
      return { length, group: group === undefined ? undefined : { lag: group.lag, pending: group.pending } };
    },
    start: async (options) => {
      const pod = await startPod(bus, { ...options, stream, consumer: `pod-${pods.length + 1}` });
      pods.push(pod);
      return pod;
    },
    close: async () => void (await Promise.all(pods.map((pod) => pod.kill()))),
    until: async (what, condition) => {
      const giveUpAt = performance.now() + PATIENCE_MS;
      while (!(await condition())) {
        if (performance.now() > giveUpAt) {
          throw new RigError({ code: 'REHEARSAL_STUCK', kind: 'bug', message: `it never came about that ${what}` });
        }
        await systemClock.sleep(LOOK_EVERY_MS);
      }
    },
  };
};

import { tasksStream, WORKERS_GROUP } from '@rig/contracts';
import { isoTime, type Clock } from '@rig/kernel';
import type { StreamBus } from '@rig/stream-bus';
import type { TaskRow } from '../core/task/task-row.js';
import { toOffer, type DescribeTask } from './describe-task.js';
import type { Mended } from './sweep.js';

export interface SweepOffersDeps {
  readonly bus: StreamBus;
  readonly describe: DescribeTask;
  liveTasks(): Promise<readonly TaskRow[]>;
  readonly clock: Clock;
}

/** An assignment younger than this, in milliseconds, is left to the relay. */
const RELAY_PATIENCE_MS = 10_000;

/** Entries of one agent's stream looked at in one pass. */
const OUTSTANDING_LIMIT = 1_000;

/** Offers again whatever is assigned, has no attempt, and lies on no stream. */
export const createSweepOffers =
  ({ bus, describe, liveTasks, clock }: SweepOffersDeps) =>
  async (): Promise<Mended> => {
    const before = isoTime(clock.now() - RELAY_PATIENCE_MS);
    const waiting = (await liveTasks()).filter(
      (task) => task.fence === null && task.delivery === 'stream' && task.assignedAt < before,
    );
    const mended: string[] = [];
    for (const agent of new Set(waiting.map((task) => task.agent))) {
      const stream = tasksStream(agent);
      await bus.ensureGroup(stream, WORKERS_GROUP);
      const entries = await bus.outstanding(stream, WORKERS_GROUP, OUTSTANDING_LIMIT);
      for (const task of waiting) {
        if (task.agent !== agent || entries.some((entry) => entry.json.includes(task.taskId))) continue;
        const description = await describe(task.taskId);
        if (description === undefined || !description.row.live) continue;
        await bus.offerAgain(stream, description.row.position, toOffer(description, undefined));
        mended.push(`${task.kind} of ${task.subject} for ${agent}`);
      }
    }
    return mended;
  };

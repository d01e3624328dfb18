import { accept, derivedId, isoAfter, isoTime, type Clock } from '@rig/kernel';
import { findAgent, type AgentsFile } from '@rig/policy';
import type { TaskRow } from '../core/task/task-row.js';
import { decideUnassign } from '../core/task/decide-unassign.js';
import { CLAIM_MS, findTask as findLiveTask } from '../core/task/task-rules.js';
import type { CommitDecision } from './commit-decision.js';
import type { Mended } from './sweep.js';
import type { FindTask } from './task-context.js';

export interface SweepUnstartedDeps {
  readonly commit: CommitDecision;
  readonly findTask: FindTask;
  liveTasks(): Promise<readonly TaskRow[]>;
  agents(): AgentsFile;
  readonly clock: Clock;
}

/** Takes back tasks that nobody will start: claims of processes that are gone, and tasks of agents that are no more. */
export const createSweepUnstarted = ({ commit, findTask, liveTasks, agents, clock }: SweepUnstartedDeps) => {
  const whyGone = (row: TaskRow): readonly [code: string, message: string] | undefined => {
    if (findAgent(agents(), row.agent) === undefined) {
      return ['AGENT_UNKNOWN', `${row.agent} is no longer in rig.agents.yaml`];
    }
    const expired = row.delivery === 'http' && isoAfter(row.assignedAt, CLAIM_MS) < isoTime(clock.now());
    return expired ? ['CLAIM_EXPIRED', `${row.agent} claimed it and did not start`] : undefined;
  };

  return async (): Promise<Mended> => {
    const mended: string[] = [];
    for (const row of (await liveTasks()).filter((task) => task.fence === null)) {
      const gone = whyGone(row);
      const context = gone && (await findTask(row.taskId));
      if (gone === undefined || context === undefined) continue;
      const outcome = await commit({
        cause: { id: derivedId('unstarted', row.taskId, row.attempt), actor: { kind: 'service', id: 'conductor' } },
        load: context.load,
        // Started in the meantime: then it is in good hands.
        decide: (world) =>
          findLiveTask(world, row.taskId)?.fence === null ? decideUnassign(world, row.taskId, ...gone) : accept([]),
      });
      if (outcome.status === 'committed' && outcome.events.length > 0) mended.push(`${row.subject} of ${row.agent}`);
    }
    return mended;
  };
};

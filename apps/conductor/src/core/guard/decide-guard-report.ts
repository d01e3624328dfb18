import { agentSubject, type EventDataOf, type FactBody } from '@rig/contracts';
import { accept } from '@rig/kernel';
import type { Decision } from '../decision.js';
import type { TaskRow } from '../task/task-row.js';

type Block = Extract<FactBody, { type: 'GUARD_BLOCKED' }>['data'];

export interface BlockContext {
  /** Whose command it was, proven by a token or said by a service. */
  readonly agent: string;
  /** The task that the report names, as far as the log knows it. */
  readonly task: TaskRow | undefined;
  /** `blockedAt` as UTC, and never later than now: clocks of workers may be ahead. */
  readonly blockedAt: string;
}

/**
 * A block is recorded whatever became of the attempt meanwhile: it says something about the agent, it does not claim
 * work. Another agent's task is not taken from the report, so that nobody can put a block into a strange timeline.
 */
export const decideBlock = (block: Block, { agent, task, blockedAt }: BlockContext): Decision => {
  const own = task !== undefined && task.agent === agent;
  const place = own
    ? { taskId: task.taskId, fence: block.fence, taskSubject: task.subject }
    : { taskId: null, fence: null, taskSubject: null };
  return accept([
    { subject: agentSubject(agent), body: { type: 'GUARD_BLOCKED', data: { ...block, agent, blockedAt, ...place } } },
  ]);
};

export const decideSpike = (spike: EventDataOf<'GUARD_SPIKE'>): Decision =>
  accept([{ subject: agentSubject(spike.agent), body: { type: 'GUARD_SPIKE', data: spike } }]);

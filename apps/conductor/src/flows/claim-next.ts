import type { Assignment } from '@rig/contracts';
import { accept, refuse, uuidv7, type Clock, type Refusal, type Result } from '@rig/kernel';
import { pauseFor, type AgentConfig, type Pauses } from '@rig/policy';
import type { TaskRow } from '../core/task/task-row.js';
import type { AssignTask } from './assign-task.js';

export interface Candidate {
  readonly repo: string;
  readonly number: number;
  readonly headSha: string | null;
}

export interface ClaimNextDeps {
  readonly assign: AssignTask;
  readonly clock: Clock;
  /** Live tasks of an agent that no attempt runs for, oldest first. */
  unstarted(agent: string): Promise<readonly TaskRow[]>;
  /** Ready issues, or pull requests waiting for a review, best first; at most `limit`. */
  readyIssues(limit: number): Promise<readonly Candidate[]>;
  reviewable(limit: number): Promise<readonly Candidate[]>;
  describe(taskId: string): Promise<Assignment | undefined>;
  pauses(): Promise<Pauses>;
}

/** Candidates looked at in one claim. */
const MAX_CANDIDATES = 200;

/** Refusals after which another candidate cannot help. */
const HOPELESS = new Set(['NO_FREE_SLOT', 'AGENT_HAS_SLOT', 'WRONG_ROLE']);

/**
 * Gives an agent that asks over HTTP its next task. Two that ask at once get different ones, or nothing.
 * Refusal NO_WORK: nothing is ready that this agent may have.
 */
export const createClaimNext = ({ assign, clock, ...read }: ClaimNextDeps) => {
  /** Subjects being claimed by this process: others need not lose a race to them. */
  const busy = new Set<string>();

  const tryOne = async (agent: AgentConfig, kind: 'implement' | 'review', instance: string, candidate: Candidate) => {
    const { repo, number, headSha } = candidate;
    const key = `${kind}/${repo}/${number}`;
    if (busy.has(key)) return undefined;
    busy.add(key);
    try {
      const cause = { id: uuidv7(clock.now()), actor: { kind: 'agent' as const, id: agent.id } };
      return await assign({ cause, repo, number, kind, agent, headSha, instance });
    } finally {
      busy.delete(key);
    }
  };

  return async (
    agent: AgentConfig,
    kind: 'implement' | 'review',
    instance: string,
  ): Promise<Result<Assignment, Refusal>> => {
    const noWork = refuse({ code: 'NO_WORK', message: 'nothing is ready for this agent', fix: 'Ask again later.' });
    if (pauseFor(await read.pauses(), null, agent.id) !== undefined) return noWork;
    const waiting = (await read.unstarted(agent.id)).find((row) => row.instance === null || row.instance === instance);
    if (waiting !== undefined) {
      const assignment = await read.describe(waiting.taskId);
      return assignment === undefined ? noWork : accept(assignment);
    }
    const candidates =
      kind === 'review' ? await read.reviewable(MAX_CANDIDATES) : await read.readyIssues(MAX_CANDIDATES);
    for (const candidate of candidates) {
      const outcome = await tryOne(agent, kind, instance, candidate);
      if (outcome?.status === 'refused' && HOPELESS.has(outcome.refusal.code)) return noWork;
      if (outcome?.status !== 'committed') continue;
      const event = outcome.events.find((made) => made.type === 'ISSUE_ASSIGNED' || made.type === 'REVIEW_ASSIGNED');
      const assignment = event && (await read.describe(event.data.taskId));
      if (assignment !== undefined) return accept(assignment);
    }
    return noWork;
  };
};

export type ClaimNext = ReturnType<typeof createClaimNext>;

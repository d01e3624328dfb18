import type { Assignment } from '@rig/contracts';
import { createBatchQueue } from '@rig/event-store';
import { accept, isoTime, refuse, type Clock, type Refusal, type Result } from '@rig/kernel';
import { pauseFor, RATE_WINDOW_MS, roleFor, type AgentConfig, type Pauses } from '@rig/policy';
import type { Claim, ClaimIssues } from './claim-issues.js';
import type { Claimer, ClaimReads, Standing } from './claim-reads.js';
import type { ClaimReviews } from './claim-reviews.js';

type ClaimKind = 'implement' | 'review';

export interface ClaimNextDeps {
  readonly clock: Clock;
  readonly reads: Pick<ClaimReads, 'standings'>;
  readonly claimIssues: ClaimIssues;
  readonly claimReviews: ClaimReviews;
  describe(taskId: string): Promise<Assignment | undefined>;
}

/** Claims answered together at most. */
const MAX_BATCH = 64;
/** Claims that wait at most; each agent asks again. */
const MAX_QUEUE = 2_000;

/** One who waits for an answer. */
interface Asking extends Claimer {
  readonly kind: ClaimKind;
  answered: boolean;
  settle(answer: Result<Assignment, Refusal>): void;
  fail(error: unknown): void;
}

const noWork = (): Result<Assignment, Refusal> =>
  refuse({ code: 'NO_WORK', message: 'nothing is ready for this agent', fix: 'Ask again later.' });

const answer = (asking: Asking, given: Result<Assignment, Refusal>): void => {
  asking.answered = true;
  asking.settle(given);
};

/** Whether anything could be had at all. */
const isHopeful = ({ agent, kind }: Asking, standing: Standing, pauses: Pauses): boolean =>
  agent.role === roleFor(kind) &&
  standing.held < agent.slots &&
  standing.recent < agent.maxPerHour &&
  pauseFor(pauses, null, agent.id) === undefined;

/** The same process asking again, while its first question waits, is one question. */
const sameAs =
  (a: Asking) =>
  (b: Asking): boolean =>
    a.agent.id === b.agent.id && a.instance === b.instance && a.kind === b.kind;

const createBatch = ({ clock, reads, claimIssues, claimReviews, describe }: ClaimNextDeps) => {
  const handBack = async (asking: Asking, taskId: string): Promise<void> => {
    const assignment = await describe(taskId);
    answer(asking, assignment === undefined ? noWork() : accept(assignment));
  };

  return async (batch: readonly Asking[]): Promise<void> => {
    const hourBegan = isoTime(clock.now() - RATE_WINDOW_MS);
    const { pauses, standings } = await reads.standings(batch, hourBegan);
    const claims: Record<ClaimKind, Claim[]> = { implement: [], review: [] };
    const handed: Promise<void>[] = [];
    batch.forEach((asking, index) => {
      const standing = standings[index];
      if (standing === undefined) return;
      const paused = pauseFor(pauses, null, asking.agent.id) !== undefined;
      if (!paused && standing.unstarted !== undefined) handed.push(handBack(asking, standing.unstarted.taskId));
      else if (isHopeful(asking, standing, pauses)) {
        claims[asking.kind].push({ claimer: asking, standing, give: (given) => answer(asking, accept(given)) });
      }
    });
    await Promise.all([...handed, claimIssues(claims.implement, pauses), claimReviews(claims.review, pauses)]);
  };
};

/** Takes what would be the same question out of a batch; whoever asked it gets the answer of the first. */
const withoutRepeats = (batch: readonly Asking[]): readonly Asking[] => {
  const first: Asking[] = [];
  for (const asking of batch) {
    const same = first.find(sameAs(asking));
    if (same === undefined) {
      first.push(asking);
      continue;
    }
    const { settle, fail } = same;
    same.settle = (given) => (settle(given), asking.settle(given));
    same.fail = (error) => (fail(error), asking.fail(error));
  }
  return first;
};

/**
 * Gives an agent that asks over HTTP its next task. Those that ask while a batch is under way are the next batch: they
 * share its reads and its transaction, and never race for one issue. Two conductors may: the append decides.
 * Refusal NO_WORK: nothing is ready that this agent may have. Throws CLAIMS_BUSY (retryable) when too many wait.
 */
export const createClaimNext = (deps: ClaimNextDeps) => {
  const serve = createBatch(deps);
  const queue = createBatchQueue<Asking>({
    run: async (all) => {
      const batch = withoutRepeats(all);
      try {
        await serve(batch);
        for (const asking of batch) if (!asking.answered) answer(asking, noWork());
      } catch (error) {
        for (const asking of batch) if (!asking.answered) asking.fail(error);
      }
    },
    maxBatch: MAX_BATCH,
    maxQueue: MAX_QUEUE,
    fullCode: 'CLAIMS_BUSY',
  });
  return (agent: AgentConfig, kind: ClaimKind, instance: string): Promise<Result<Assignment, Refusal>> =>
    new Promise((settle, fail) => queue.push({ agent, kind, instance, answered: false, settle, fail }));
};

export type ClaimNext = ReturnType<typeof createClaimNext>;

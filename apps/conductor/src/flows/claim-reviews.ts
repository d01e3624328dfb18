import { uuidv7, type Clock } from '@rig/kernel';
import type { Pauses } from '@rig/policy';
import type { Assignment } from '@rig/contracts';
import type { AssignTask } from './assign-task.js';
import type { Claim } from './claim-issues.js';
import type { Candidate, ClaimReads } from './claim-reads.js';

export interface ClaimReviewsDeps {
  readonly assign: AssignTask;
  readonly clock: Clock;
  readonly reads: Pick<ClaimReads, 'reviewable'>;
  describe(taskId: string): Promise<Assignment | undefined>;
}

/** Pull requests looked at in one batch of claims: far more than wait for a review at once. */
const MAX_CANDIDATES = 1_000;

/** Refusals after which another candidate cannot help. */
const HOPELESS = new Set(['NO_FREE_SLOT', 'AGENT_HAS_SLOT', 'WRONG_ROLE', 'RATE_EXCEEDED']);

/** Gives pull requests that wait for a review to those who ask, oldest first. */
export const createClaimReviews = ({ assign, clock, reads, describe }: ClaimReviewsDeps) => {
  const tryOne = ({ claimer, standing }: Claim, candidate: Candidate, pauses: Pauses) =>
    assign({
      ...candidate,
      cause: { id: uuidv7(clock.now()), actor: { kind: 'agent', id: claimer.agent.id } },
      kind: 'review',
      agent: claimer.agent,
      instance: claimer.instance,
      known: { held: standing.held, recent: { ofAgent: standing.recent, inRepository: 0 }, pauses },
    });

  const claimOne = async (claim: Claim, candidates: readonly Candidate[], taken: Set<Candidate>, pauses: Pauses) => {
    for (const candidate of candidates) {
      // Somebody of this batch has it, or is about to.
      if (taken.has(candidate)) continue;
      taken.add(candidate);
      const outcome = await tryOne(claim, candidate, pauses);
      if (outcome.status === 'committed') {
        const made = outcome.events.find(({ type }) => type === 'REVIEW_ASSIGNED');
        const assignment = made?.type === 'REVIEW_ASSIGNED' ? await describe(made.data.taskId) : undefined;
        if (assignment !== undefined) return claim.give(assignment);
      }
      // This one may not have it; another may.
      taken.delete(candidate);
      if (outcome.status === 'refused' && HOPELESS.has(outcome.refusal.code)) return;
    }
  };

  return async (claims: readonly Claim[], pauses: Pauses): Promise<void> => {
    if (claims.length === 0) return;
    const candidates = await reads.reviewable(MAX_CANDIDATES);
    const taken = new Set<Candidate>();
    await Promise.all(claims.map((claim) => claimOne(claim, candidates, taken, pauses)));
  };
};

export type ClaimReviews = ReturnType<typeof createClaimReviews>;

import { derivedId } from '@rig/kernel';
import type { Observation } from '../core/github/observation.js';
import type { Cause, CommitOutcome } from './commit-decision.js';
import type { ObserveCheck } from './observe-check.js';
import type { ObserveIssue } from './observe-issue.js';
import type { ObservePull } from './observe-pull.js';
import type { ObservePush } from './observe-push.js';
import type { ObserveReview } from './observe-review.js';

export interface DecideDeliveryDeps {
  normalise(event: string, payload: unknown): readonly Observation[];
  readonly observeIssue: ObserveIssue;
  readonly observePull: ObservePull;
  readonly observeReview: ObserveReview;
  readonly observeCheck: ObserveCheck;
  readonly observePush: ObservePush;
}

/** What became of a delivery. `ignored` names why, by a stable code. */
export interface Settlement {
  readonly outcome: 'applied' | 'ignored' | 'refused';
  readonly reason: string;
}

/** Decides one webhook delivery. Deciding it again changes nothing: causes are derived from the delivery's id. */
export const createDecideDelivery = (deps: DecideDeliveryDeps) => {
  const observe = (cause: Cause, seen: Exclude<Observation, { kind: 'ignored' }>): Promise<CommitOutcome> => {
    switch (seen.kind) {
      case 'issue':
        return deps.observeIssue(cause, seen);
      case 'pull':
        return deps.observePull(cause, seen);
      case 'review':
        return deps.observeReview.review(cause, seen);
      case 'thread':
        return deps.observeReview.thread(cause, seen);
      case 'check':
        return deps.observeCheck(cause, seen);
      case 'push':
        return deps.observePush(cause, seen);
    }
  };

  return async (delivery: { id: string; event: string; payload: unknown }): Promise<Settlement> => {
    const observations = deps.normalise(delivery.event, delivery.payload);
    const reasons: string[] = [];
    let applied = false;
    for (const [index, seen] of observations.entries()) {
      if (seen.kind === 'ignored') {
        reasons.push(seen.reason);
        continue;
      }
      const actor = { kind: 'forge' as const, id: 'actor' in seen ? seen.actor : 'checks' };
      const cause: Cause = { id: derivedId(delivery.id, index), correlationId: delivery.id, actor };
      const outcome = await observe(cause, seen);
      if (outcome.status === 'refused') reasons.push(outcome.refusal.code);
      else applied = true;
    }
    if (applied) return { outcome: 'applied', reason: 'APPLIED' };
    const reason = reasons[0] ?? 'NOTHING_SEEN';
    // A payload that does not fit its event's name is refused for people to see; anything else is of no interest.
    return { outcome: reason.startsWith('PAYLOAD_MISFIT') ? 'refused' : 'ignored', reason };
  };
};

export type DecideDelivery = ReturnType<typeof createDecideDelivery>;

import type { RigEvent } from '@rig/contracts';
import { RATE_WINDOW_MS } from '@rig/policy';

/** An assignment that counts against the hourly rates. Fixes do not: they finish what was begun. */
export interface RecentAssignment {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly agent: string;
  readonly repo: string;
  readonly kind: 'implement' | 'review';
}

/** Assignments remembered at most; far above any rate a policy may set for the agents of one rig. */
const KEPT = 20_000;

/** Adds an assignment, and forgets what fell out of the window. In place. */
export const applyToRecent = (recent: RecentAssignment[], event: RigEvent, repo: string, at: number): void => {
  if (event.type !== 'ISSUE_ASSIGNED' && event.type !== 'REVIEW_ASSIGNED') return;
  recent.push({ at, agent: event.data.agent, repo, kind: event.type === 'ISSUE_ASSIGNED' ? 'implement' : 'review' });
  const firstKept = recent.findIndex((assignment) => assignment.at > at - RATE_WINDOW_MS);
  recent.splice(0, Math.max(firstKept, recent.length - KEPT));
};

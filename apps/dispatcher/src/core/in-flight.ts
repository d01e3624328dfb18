import type { RigEvent } from '@rig/contracts';
import type { Intent } from './intent.js';

/** A proposal that was sent and not yet answered by an event. */
export interface Proposal {
  readonly factId: string;
  readonly intent: Intent;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
}

/** By the intent's key. */
export type InFlight = Map<string, Proposal>;

/** A proposal that got no answer for so long may be made again, in milliseconds; the outbox resends at the same pace. */
export const ANSWER_WITHIN_MS = 5_000;

/** Forgets what an event answers. In place. */
export const answer = (inFlight: InFlight, event: RigEvent): void => {
  const ids = [event.causationid, event.type === 'FACT_REFUSED' ? event.data.factId : undefined];
  for (const [key, proposal] of inFlight) if (ids.includes(proposal.factId)) inFlight.delete(key);
};

/** Forgets what was not answered in time. In place. */
export const expire = (inFlight: InFlight, now: number): void => {
  for (const [key, proposal] of inFlight) if (proposal.sentAt + ANSWER_WITHIN_MS <= now) inFlight.delete(key);
};

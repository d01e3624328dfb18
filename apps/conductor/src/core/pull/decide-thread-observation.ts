import type { RigEventBody } from '@rig/contracts';
import type { Decision, World } from '../decision.js';
import type { ThreadObservation } from '../github/observation.js';
import { propose, unknownPull } from './propose-on-pull.js';

/** Threads carry no time of their own: the caller passes the current state read from the forge where it can. */
export const decideThreadObservation = (world: World, seen: ThreadObservation): Decision => {
  const pull = world.pull;
  if (pull === undefined) return unknownPull(seen.number);
  const { id, resolved, path, by, body } = seen.thread;
  const known = pull.threads[id];
  const openedNow: RigEventBody = { type: 'REVIEW_THREAD_OPENED', data: { threadId: id, path, by, body } };
  const resolvedNow: RigEventBody = { type: 'REVIEW_THREAD_RESOLVED', data: { threadId: id, by: seen.actor } };
  if (known === undefined) return propose(pull, resolved ? [openedNow, resolvedNow] : [openedNow]);
  if (known.resolved === resolved) return propose(pull, []);
  return propose(pull, [resolved ? resolvedNow : openedNow]);
};

import { pullSubject, type RigEventBody } from '@rig/contracts';
import { accept, refuse } from '@rig/kernel';
import type { Decision } from '../decision.js';
import type { PullState } from './pull-state.js';

/** Refusal PULL_UNKNOWN: what was observed belongs to a pull request that the log does not have. */
export const unknownPull = (number: number): Decision =>
  refuse({ code: 'PULL_UNKNOWN', message: `pull request #${number} is not in the log` });

/** Events on the stream of one pull request. */
export const propose = (pull: PullState, bodies: readonly RigEventBody[]): Decision =>
  accept(bodies.map((body) => ({ subject: pullSubject(pull.repo, pull.number), body })));

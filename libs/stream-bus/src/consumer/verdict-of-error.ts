import { isRigError, messageOf } from '@rig/kernel';
import type { Verdict } from '../stream-bus.js';

/** What a thrown error means for its entry: terminal errors go to the dead list at once, all others are tried again. */
export const verdictOfError = (error: unknown): Verdict =>
  isRigError(error)
    ? { verdict: error.kind === 'terminal' ? 'dead' : 'retry', reason: `${error.code}: ${error.message}` }
    : { verdict: 'retry', reason: messageOf(error) };

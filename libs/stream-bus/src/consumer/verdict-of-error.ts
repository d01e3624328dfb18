import { isRigError, messageOf } from '@rig/kernel';
import type { Verdict } from '../stream-bus.js';

/** What a service itself stands on is away: no entry is to blame, and none comes nearer to the dead list for it. */
const AWAY: ReadonlySet<string> = new Set([
  'APPEND_UNAVAILABLE',
  'BUS_UNAVAILABLE',
  'DATABASE_UNAVAILABLE',
  'INBOX_UNAVAILABLE',
]);
const AWAY_DELAY_MS = 2_000;

/** What a thrown error means for its entry: terminal errors go to the dead list at once, all others are tried again. */
export const verdictOfError = (error: unknown): Verdict => {
  if (!isRigError(error)) return { verdict: 'retry', reason: messageOf(error) };
  const reason = `${error.code}: ${error.message}`;
  if (error.kind === 'terminal') return { verdict: 'dead', reason };
  return AWAY.has(error.code)
    ? { verdict: 'retry', reason, delayMs: AWAY_DELAY_MS, counted: false }
    : { verdict: 'retry', reason };
};

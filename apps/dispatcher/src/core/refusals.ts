import { backoff } from '@rig/kernel';

/** The last refusal of one kind of proposal about one issue or pull request. */
export interface Refused {
  readonly code: string;
  /** Refusals in a row with this code. */
  readonly count: number;
  /** Milliseconds since 1970 before which the same is not proposed again. */
  readonly notBefore: number;
}

/** By type of the refused fact. */
export type Refusals = Readonly<Record<string, Refused>>;

/**
 * A refusal mostly means that the board was a moment behind, so the first pause is short; one that persists must not
 * fill the log, so it grows to a minute.
 */
const PAUSE = { baseMs: 1_000, maxMs: 60_000 } as const;

export const withRefusal = (refusals: Refusals, factType: string, code: string, at: number): Refusals => {
  const before = refusals[factType];
  const count = before?.code === code ? before.count + 1 : 1;
  return { ...refusals, [factType]: { code, count, notBefore: at + backoff(count - 1, PAUSE) } };
};

/** The refusal that still forbids a proposal, if there is one. */
export const refusedUntil = (refusals: Refusals, factType: string, now: number): Refused | undefined => {
  const refused = refusals[factType];
  return refused !== undefined && refused.notBefore > now ? refused : undefined;
};

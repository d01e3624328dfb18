import type { Forge } from '@rig/forge';

/** What one pass has mended, each in a few words; empty when there was nothing. */
export type Mended = readonly string[];

/** One pass of a repair loop: looks at what should be, and mends what is not. Undefined: it has to wait, and did nothing. */
export type Sweep = (signal: AbortSignal) => Promise<Mended | undefined>;

/** The part of the forge's rate window that repairs leave to the work itself. */
const RESERVE = 0.2;

/** A sweep that asks the forge, and waits while the forge's rate window is nearly used up. */
export const withinBudget =
  (forge: Pick<Forge, 'rateBudget'>, sweep: Sweep): Sweep =>
  async (signal) => {
    const budget = forge.rateBudget();
    if (budget !== undefined && budget.remaining < budget.limit * RESERVE) return undefined;
    return sweep(signal);
  };

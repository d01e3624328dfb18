import { createHash } from 'node:crypto';
import type { Flaws } from './render.js';

/**
 * Which flaws a first draft has, from `RIG_SCRIPTED_FLAWS`: `all`, `none` (also when unset), or `seed:<n>`, which draws
 * from the issue's number: the same issue gets the same flaws on every run.
 */
export const flawsFor = (setting: string | undefined, issue: number): Flaws => {
  if (setting === undefined || setting === '' || setting === 'none') return { slip: false, undocumented: false };
  if (setting === 'all') return { slip: true, undocumented: true };
  const [, seed] = /^seed:(\d{1,15})$/.exec(setting) ?? [];
  if (seed === undefined) throw new Error(`RIG_SCRIPTED_FLAWS is "${setting}"; write all, none or seed:<number>`);
  const drawn = createHash('sha256').update(`${seed}:${issue}`).digest();
  return { slip: (drawn[0] ?? 0) < 96, undocumented: (drawn[1] ?? 0) < 128 };
};

import type { SteerPauses } from './steer-pauses.js';
import type { SweepOutcome } from './sweep-outcome.js';

/** Takes back what a stopping pause covers and what was left over when a conductor died, or slipped in before it. */
export const createSweepPaused =
  ({ stopPaused }: Pick<SteerPauses, 'stopPaused'>) =>
  async (): Promise<SweepOutcome> =>
    (await stopPaused()) > 0 ? 'mended' : 'idle';

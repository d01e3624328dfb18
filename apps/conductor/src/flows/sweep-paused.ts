import type { SteerPauses } from './steer-pauses.js';
import type { Mended } from './sweep.js';

/** Takes back what a stopping pause covers and what was left over when a conductor died, or slipped in before it. */
export const createSweepPaused =
  ({ stopPaused }: Pick<SteerPauses, 'stopPaused'>) =>
  async (): Promise<Mended> => {
    const stopped = await stopPaused();
    return stopped > 0 ? [`${stopped} tasks behind a pause`] : [];
  };

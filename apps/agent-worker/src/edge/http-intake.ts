import type { ConductorClient } from '@rig/agent-kit';
import { createLoop, type Clock, type Lifecycle, type Logger } from '@rig/kernel';
import type { Desk } from '../flows/desk.js';
import type { OneShot } from './one-shot.js';
import { renewByHttp } from './renewals.js';

export interface HttpIntakeDeps {
  readonly conductor: ConductorClient;
  readonly desk: Desk;
  readonly agentId: string;
  readonly role: 'author' | 'reviewer';
  /** HOSTNAME. */
  readonly instance: string;
  readonly slots: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly oneShot?: OneShot | undefined;
  /** Pause after an answer without work, in milliseconds. Default 2000. */
  readonly pollMs?: number;
}

/** Asks the conductor for work, one question at a time for every slot. */
export const createHttpIntake = (deps: HttpIntakeDeps): Lifecycle => {
  const { conductor, desk, agentId, role, instance, slots, clock, logger, oneShot, pollMs = 2_000 } = deps;

  const once = async (instanceOfSlot: string, signal: AbortSignal): Promise<string> => {
    if (oneShot?.over === true) return 'over';
    const query = { agentId, instance: instanceOfSlot };
    const claimed = await (role === 'reviewer'
      ? conductor.nextReview(query, signal)
      : conductor.nextAssignment(query, signal));
    if (!claimed.ok) {
      logger.log('warn', 'the conductor gave no work', { code: claimed.refusal.code, why: claimed.refusal.message });
      return 'refused';
    }
    if (claimed.value === null) return 'idle';
    oneShot?.busy();
    const end = await desk.work(claimed.value, (brief) => renewByHttp(conductor, brief));
    if (end === 'worked') oneShot?.done();
    else oneShot?.idle();
    return end;
  };

  // The same instance asking again gets its unstarted task first, so every slot asks under a name of its own.
  const loops = Array.from({ length: slots }, (_, n) =>
    createLoop({
      name: `ask ${n}`,
      once: (signal) => once(n === 0 ? instance : `${instance}.${n}`, signal),
      everyMs: pollMs,
      again: ['worked'],
      clock,
      logger,
    }),
  );

  return {
    start: async () => {
      oneShot?.idle();
      await Promise.all(loops.map((loop) => loop.start()));
    },
    stop: async () => {
      oneShot?.busy();
      await Promise.all([desk.close(), ...loops.map((loop) => loop.stop())]);
    },
  };
};

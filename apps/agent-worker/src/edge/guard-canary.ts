import type { ProveGuard } from '@rig/hooks';
import { backoff, messageOf, type Clock, type Lifecycle, type Logger } from '@rig/kernel';
import type { ServicePart } from '@rig/nest-kit';

export interface GuardCanary extends Lifecycle {
  /** Resolves once the guard is proven to hold. */
  readonly proven: Promise<void>;
  /** For `/readyz`. */
  check(): { readonly ready: boolean; readonly note?: string };
}

export interface GuardCanaryOptions {
  readonly prove: ProveGuard;
  readonly clock: Clock;
  readonly logger: Logger;
  onOutcome?(outcome: string): void;
}

/** Short at its longest: what is away is mostly a gateway or conductor that is being started anew. */
const PAUSE = { baseMs: 500, maxMs: 5_000 };

/** Proves in the background that the guard holds, again and again until it does. */
export const createGuardCanary = ({ prove, clock, logger, onOutcome }: GuardCanaryOptions): GuardCanary => {
  const ending = new AbortController();
  const { promise: proven, resolve } = Promise.withResolvers<void>();
  let running: Promise<void> | undefined;
  let state: { readonly ready: boolean; readonly note?: string } = { ready: false, note: 'not yet tried' };

  const attempt = async (): Promise<boolean> => {
    try {
      const result = await prove(ending.signal);
      onOutcome?.(result.ok ? 'passed' : result.refusal.code);
      if (result.ok) return true;
      const { code, message, fix } = result.refusal;
      state = { ready: false, note: message };
      logger.log('error', 'the guard is not proven to hold: no task is taken', { code, why: message, fix });
    } catch (error) {
      onOutcome?.('failed');
      state = { ready: false, note: messageOf(error) };
      logger.log('error', 'the guard could not be tried: no task is taken', { error: messageOf(error) });
    }
    return false;
  };

  const run = async (): Promise<void> => {
    for (let n = 0; !ending.signal.aborted; n++) {
      if (await attempt()) {
        state = { ready: true };
        logger.log('info', 'the guard holds');
        return resolve();
      }
      await clock.sleep(backoff(n, PAUSE), ending.signal);
    }
  };

  return {
    proven,
    check: () => state,
    start: async () => {
      running ??= run();
    },
    stop: async () => {
      ending.abort();
      await running;
    },
  };
};

/** An intake that begins only once the guard is proven to hold. `failed` is called when it then cannot begin. */
export const behindGuard = (
  intake: ServicePart,
  canary: Pick<GuardCanary, 'proven'>,
  failed: (error: unknown) => void,
): ServicePart => {
  let stopped = false;
  let begun: Promise<void> | undefined;
  return {
    name: intake.name,
    start: async () => {
      void canary.proven.then(() => {
        if (!stopped) begun = intake.start().catch(failed);
      });
    },
    stop: async () => {
      stopped = true;
      await begun;
      await intake.stop();
    },
  };
};

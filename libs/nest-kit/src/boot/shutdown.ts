import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ReadyChecks } from '../http/health.controller.js';
import type { Traffic } from '../http/http-adapter.js';
import type { Kit } from '../kit/kit.js';
import type { PartRunner } from './parts.js';

/** Everything must have ended after this many milliseconds, unless a service says otherwise; Kubernetes kills after 30 s. */
export const SHUTDOWN_MS = 25_000;
/** Requests that are being answered get this long. */
const REQUESTS_MS = 5_000;

export interface Shutdown {
  /** The one shutdown: a second call joins the first. False when the deadline passed. */
  run(): Promise<boolean>;
  readonly checks: ReadyChecks;
}

interface ShutdownDeps {
  readonly app: NestFastifyApplication;
  readonly parts: PartRunner;
  readonly traffic: Traffic;
  readonly stopping: AbortController;
  readonly kit: Kit;
  readonly limitMs?: number | undefined;
}

/**
 * Not ready → no new requests → answer those in flight → stop the parts in reverse (streams first: intake stops,
 * handlers finish, unfinished entries stay pending) → close HTTP. Nest's `onModuleDestroy` runs before a hybrid app's
 * transport stops, so nothing is closed there; this function is the only owner.
 */
export const createShutdown = ({
  app,
  parts,
  traffic,
  stopping,
  kit,
  limitMs = SHUTDOWN_MS,
}: ShutdownDeps): Shutdown => {
  let running: Promise<boolean> | undefined;
  let step = 'requests';

  const drain = async (): Promise<boolean> => {
    traffic.drain();
    stopping.abort();
    if (!(await traffic.idle(REQUESTS_MS))) {
      kit.logger.log('warn', 'requests were cut off by the shutdown', { requests: traffic.inFlight });
    }
    step = 'parts';
    await parts.stop();
    step = 'HTTP';
    await app.close();
    return true;
  };

  const run = async (): Promise<boolean> => {
    const done = new AbortController();
    const late = kit.clock.sleep(limitMs, done.signal).then(() => false);
    const work = drain().catch((error: unknown) => {
      kit.logger.log('error', 'the shutdown failed', { step, error });
      return false;
    });
    const inTime = await Promise.race([work, late]);
    done.abort();
    if (!inTime) kit.logger.log('error', 'the shutdown did not end in time', { step, part: parts.busyWith });
    return inTime;
  };

  return {
    run: () => (running ??= run()),
    checks: {
      service: () => (running === undefined ? { ready: true } : { ready: false, note: 'shutting down' }),
    },
  };
};

import { RigError, messageOf, type Clock } from '@rig/kernel';
import type { ProcessEvent } from '../core/process-spec.js';
import { afterDeath } from '../core/restart-policy.js';

/** A database server as libs/embedded gives it. */
export interface EmbeddedServer {
  readonly url: string;
  readonly pid: number;
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

export interface KeepServerDeps {
  readonly name: string;
  /** Starts it; on `port` if given. */
  start(port: number | undefined): Promise<EmbeddedServer>;
  readonly clock: Clock;
  notify(event: ProcessEvent): void;
}

export interface KeptServer {
  readonly url: string;
  restarts(): number;
  pid(): number;
  stop(): Promise<void>;
}

/** Keeps an embedded server alive at one address, by the same rules as any other process. */
export const keepServer = async (deps: KeepServerDeps): Promise<KeptServer> => {
  let server = await deps.start(undefined);
  const { url } = server;
  const port = Number(new URL(url).port);
  const stopping = new AbortController();
  let restarts = 0;
  let startedAt = deps.clock.now();
  deps.notify({ kind: 'started', name: deps.name, pid: server.pid });

  const again = async (): Promise<void> => {
    const next = await deps.start(port);
    if (next.url !== url) {
      await next.stop();
      throw new RigError({ code: 'PORT_TAKEN', kind: 'retryable', message: `port ${port} is taken` });
    }
    server = next;
    startedAt = deps.clock.now();
    deps.notify({ kind: 'started', name: deps.name, pid: server.pid });
  };

  const watch = async (): Promise<void> => {
    let fastDeaths = 0;
    let how = await server.exited;
    while (!stopping.signal.aborted) {
      const next = afterDeath(fastDeaths, deps.clock.now() - startedAt);
      fastDeaths = next.fastDeaths;
      if (!next.restart) {
        deps.notify({ kind: 'gave-up', name: deps.name, how, deaths: fastDeaths });
        return;
      }
      restarts += 1;
      deps.notify({ kind: 'died', name: deps.name, how, restartInMs: next.delayMs });
      await deps.clock.sleep(next.delayMs, stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        await again();
        how = await server.exited;
      } catch (error) {
        how = messageOf(error);
        startedAt = deps.clock.now();
      }
    }
  };
  const watching = watch();

  return {
    url,
    restarts: () => restarts,
    pid: () => server.pid,
    stop: async () => {
      stopping.abort();
      await server.stop();
      await watching;
      // A restart that was under way when the stop came has its own server to end.
      await server.stop();
    },
  };
};

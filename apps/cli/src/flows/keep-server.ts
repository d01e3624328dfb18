import { RigError, messageOf, type Clock } from '@rig/kernel';
import type { ProcessEvent } from '../core/process-spec.js';
import { afterDeath, type RestartPolicy } from '../core/restart-policy.js';

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
  /** When to restart it. Default: `afterDeath`. */
  readonly policy?: RestartPolicy | undefined;
}

export interface KeptServer {
  readonly url: string;
  restarts(): number;
  pid(): number;
  stop(): Promise<void>;
}

interface Kept {
  server: EmbeddedServer;
  startedAt: number;
  restarts: number;
}

const begin = async (deps: KeepServerDeps, port: number | undefined): Promise<Kept> => {
  const server = await deps.start(port);
  deps.notify({ kind: 'started', name: deps.name, pid: server.pid });
  return { server, startedAt: deps.clock.now(), restarts: 0 };
};

/** Starts it again at the same address: everyone else has been told that one. Answers with how that life ended. */
const liveAgain = async (deps: KeepServerDeps, kept: Kept, url: string): Promise<string> => {
  try {
    const next = await begin(deps, Number(new URL(url).port));
    if (next.server.url !== url) {
      await next.server.stop();
      throw new RigError({ code: 'PORT_TAKEN', kind: 'retryable', message: `the port of ${deps.name} is taken` });
    }
    kept.server = next.server;
    kept.startedAt = next.startedAt;
    return await next.server.exited;
  } catch (error) {
    kept.startedAt = deps.clock.now();
    return messageOf(error);
  }
};

const watch = async (deps: KeepServerDeps, kept: Kept, stopping: AbortSignal): Promise<void> => {
  const { url } = kept.server;
  let fastDeaths = 0;
  let how = await kept.server.exited;
  while (!stopping.aborted) {
    const next = (deps.policy ?? afterDeath)(fastDeaths, deps.clock.now() - kept.startedAt);
    fastDeaths = next.fastDeaths;
    if (!next.restart) {
      deps.notify({ kind: 'gave-up', name: deps.name, how, deaths: fastDeaths });
      return;
    }
    kept.restarts += 1;
    deps.notify({ kind: 'died', name: deps.name, how, restartInMs: next.delayMs });
    await deps.clock.sleep(next.delayMs, stopping);
    if (stopping.aborted) return;
    how = await liveAgain(deps, kept, url);
  }
};

/** Keeps an embedded server alive at one address, by the same rules as any other process. */
export const keepServer = async (deps: KeepServerDeps): Promise<KeptServer> => {
  const kept = await begin(deps, undefined);
  const stopping = new AbortController();
  const watching = watch(deps, kept, stopping.signal);
  return {
    url: kept.server.url,
    restarts: () => kept.restarts,
    pid: () => kept.server.pid,
    stop: async () => {
      stopping.abort();
      // A restart that is under way when the stop comes brings a server of its own to end.
      const first = kept.server;
      await first.stop();
      const late = kept.server;
      if (late !== first) await late.stop();
      await watching;
    },
  };
};

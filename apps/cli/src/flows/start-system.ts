import type { ForgeChoice } from '../core/forge-choice.js';
import type { RunPaths } from '../core/run-paths.js';
import { CONDUCTOR, FORGE, GATEWAY, loopbackUrl, planSystem, processNames } from '../core/system-plan.js';
import type { PlannedAgent } from '../core/system-plan.js';
import type { KeptServer } from './keep-server.js';
import type { ProcessStatus, Supervisor } from './supervise.js';

export interface StartSystemDeps {
  readonly appsDir: string;
  readonly supervisor: Supervisor;
  choosePorts(names: readonly string[]): Promise<Readonly<Record<string, number>>>;
  /** Makes keys, tokens and configuration; says which agents there are and where the configuration lies. */
  prepare(): Promise<{ readonly agents: readonly PlannedAgent[]; readonly configDir: string }>;
  /** Writes the seed for dev-forge. */
  seedForge(webhookUrl: string): Promise<void>;
  postgres(): Promise<KeptServer>;
  valkey(): Promise<KeptServer>;
  /** Last act of a stop: what a killed process left behind. */
  sweep(): Promise<void>;
}

export interface StartSystemOptions {
  readonly paths: RunPaths;
  readonly forge: ForgeChoice;
  readonly appIds: Readonly<Record<string, number>>;
  readonly workerEnv: Readonly<Record<string, string>>;
  /** Milliseconds for each group of processes to become ready. */
  readonly readyWithinMs: number;
  readonly graceMs: number;
  readonly compileCache: string;
}

export interface RunningSystem {
  readonly conductorUrl: string;
  readonly gatewayUrl: string;
  /** null on GitHub. */
  readonly forgeUrl: string | null;
  readonly configDir: string;
  readonly services: readonly { readonly name: string; readonly url: string }[];
  status(): readonly ProcessStatus[];
  restarts(): number;
  /** Ends everything, in reverse order. May be called twice. */
  stop(): Promise<void>;
}

/** Starts databases, forge, services and workers; if any of it fails, nothing of it is left running. */
export const createStartSystem =
  (deps: StartSystemDeps) =>
  async (options: StartSystemOptions): Promise<RunningSystem> => {
    const servers: KeptServer[] = [];
    const kept = async (starting: Promise<KeptServer>): Promise<KeptServer> => {
      const server = await starting;
      servers.push(server);
      return server;
    };
    let stopped: Promise<void> | undefined;
    const stopAll = async (): Promise<void> => {
      await deps.supervisor.stop();
      await Promise.all(servers.map((server) => server.stop()));
      await deps.sweep();
    };
    const stop = (): Promise<void> => (stopped ??= stopAll());

    const starting = [kept(deps.postgres()), kept(deps.valkey())] as const;
    try {
      const prepared = await deps.prepare();
      const names = processNames(options.forge, prepared.agents);
      const ports = await deps.choosePorts(names);
      if (options.forge.kind === 'dev-forge') {
        await deps.seedForge(`${loopbackUrl(ports, GATEWAY)}/api/webhook/github`);
      }
      const [postgres, valkey] = await Promise.all(starting);
      const groups = planSystem({
        ...options,
        ...prepared,
        appsDir: deps.appsDir,
        ports,
        postgresUrl: postgres.url,
        valkeyUrl: valkey.url,
      });
      for (const group of groups) await deps.supervisor.start(group, options.readyWithinMs);
      return {
        conductorUrl: loopbackUrl(ports, CONDUCTOR),
        gatewayUrl: loopbackUrl(ports, GATEWAY),
        forgeUrl: options.forge.kind === 'dev-forge' ? loopbackUrl(ports, FORGE) : null,
        configDir: prepared.configDir,
        services: names.map((name) => ({ name, url: loopbackUrl(ports, name) })),
        status: () => deps.supervisor.status(),
        restarts: () =>
          [...deps.supervisor.status().map((status) => status.restarts), ...servers.map((s) => s.restarts())].reduce(
            (sum, count) => sum + count,
            0,
          ),
        stop,
      };
    } catch (error) {
      await Promise.allSettled(starting);
      await stop();
      throw error;
    }
  };

import type { ForgeChoice } from '../core/forge-choice.js';
import type { RunPaths } from '../core/run-paths.js';
import { CONDUCTOR, FORGE, GATEWAY, loopbackUrl, planSystem, processNames } from '../core/system-plan.js';
import type { PlannedAgent } from '../core/system-plan.js';
import type { ProcessSpec } from '../core/process-spec.js';
import type { KeptServer } from './keep-server.js';
import type { ProcessStatus, Supervisor } from './supervise.js';

export interface StartSystemDeps {
  readonly appsDir: string;
  readonly supervisor: Supervisor;
  choosePorts(names: readonly string[]): Promise<Readonly<Record<string, number>>>;
  /** Makes keys, tokens, configuration and the guard's hook; says which agents there are and where the rest lies. */
  prepare(): Promise<{
    readonly agents: readonly PlannedAgent[];
    readonly configDir: string;
    readonly hookDir: string;
  }>;
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
  /** Changes the plan before it is carried out. */
  arrange?(groups: SystemGroups): Promise<SystemGroups>;
}

export type SystemGroups = readonly (readonly ProcessSpec[])[];

export interface RunningSystem {
  readonly conductorUrl: string;
  readonly gatewayUrl: string;
  /** null on GitHub. */
  readonly forgeUrl: string | null;
  readonly configDir: string;
  readonly services: readonly { readonly name: string; readonly url: string }[];
  /** Starts more processes and waits until they are ready. */
  add(specs: readonly ProcessSpec[]): Promise<void>;
  status(): readonly ProcessStatus[];
  restarts(): number;
  /** Ends everything, in reverse order. May be called twice. */
  stop(): Promise<void>;
}

interface Servers {
  readonly all: KeptServer[];
  readonly starting: Promise<readonly [KeptServer, KeptServer]>;
  /** When neither is on its way any more; never rejects. */
  readonly settled: Promise<unknown>;
}

const startServers = (deps: StartSystemDeps): Servers => {
  const all: KeptServer[] = [];
  const kept = async (starting: Promise<KeptServer>): Promise<KeptServer> => {
    const server = await starting;
    all.push(server);
    return server;
  };
  const both = [kept(deps.postgres()), kept(deps.valkey())] as const;
  const starting = Promise.all(both);
  // Awaited only after other preparations: a server that fails before must not end the process.
  starting.catch(() => undefined);
  return { all, starting, settled: Promise.allSettled(both) };
};

const startProcesses = async (
  deps: StartSystemDeps,
  options: StartSystemOptions,
  servers: Servers,
): Promise<Omit<RunningSystem, 'add' | 'status' | 'restarts' | 'stop'>> => {
  const prepared = await deps.prepare();
  const names = processNames(options.forge, prepared.agents);
  const ports = await deps.choosePorts(names);
  const hasForge = options.forge.kind === 'dev-forge';
  if (hasForge) await deps.seedForge(`${loopbackUrl(ports, GATEWAY)}/api/webhook/github`);
  const [postgres, valkey] = await servers.starting;
  const urls = { postgresUrl: postgres.url, valkeyUrl: valkey.url };
  const planned = planSystem({ ...options, ...prepared, ...urls, appsDir: deps.appsDir, ports });
  const groups = (await options.arrange?.(planned)) ?? planned;
  for (const group of groups) await deps.supervisor.start(group, options.readyWithinMs);
  return {
    conductorUrl: loopbackUrl(ports, CONDUCTOR),
    gatewayUrl: loopbackUrl(ports, GATEWAY),
    forgeUrl: hasForge ? loopbackUrl(ports, FORGE) : null,
    configDir: prepared.configDir,
    services: names.map((name) => ({ name, url: loopbackUrl(ports, name) })),
  };
};

/** Starts databases, forge, services and workers; if any of it fails, nothing of it is left running. */
export const createStartSystem =
  (deps: StartSystemDeps) =>
  async (options: StartSystemOptions): Promise<RunningSystem> => {
    const { supervisor } = deps;
    const servers = startServers(deps);
    let stopped: Promise<void> | undefined;
    const stopAll = async (): Promise<void> => {
      await supervisor.stop();
      await servers.settled;
      await Promise.all(servers.all.map((server) => server.stop()));
      await deps.sweep();
    };
    const stop = (): Promise<void> => (stopped ??= stopAll());
    try {
      const started = await startProcesses(deps, options, servers);
      const counts = (): number[] => [
        ...supervisor.status().map(({ restarts }) => restarts),
        ...servers.all.map((server) => server.restarts()),
      ];
      const restarts = (): number => counts().reduce((sum, count) => sum + count, 0);
      const add = (specs: readonly ProcessSpec[]): Promise<void> => supervisor.start(specs, options.readyWithinMs);
      return { ...started, add, status: () => supervisor.status(), restarts, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  };

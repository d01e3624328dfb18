import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { RigError, systemClock } from '@rig/kernel';
import { APP_IDS, forgeSeed } from '../core/forge-seed.js';
import type { ForgeChoice } from '../core/forge-choice.js';
import type { ProcessEvent, ProcessSpec } from '../core/process-spec.js';
import type { RestartPolicy } from '../core/restart-policy.js';
import { appKeyFile, type AppRole, type RunPaths } from '../core/run-paths.js';
import { keepServer, type KeptServer } from '../flows/keep-server.js';
import { createStartSystem, type RunningSystem, type SystemGroups } from '../flows/start-system.js';
import { createSupervisor } from '../flows/supervise.js';
import { tailOf } from './bounded-log.js';
import { appsDir, rigHome } from './checkout.js';
import { createLauncher } from './child-process.js';
import { choosePorts } from './free-ports.js';
import { installRunHook } from './install-run-hook.js';
import { prepareConfig } from './prepare-run.js';
import { prepareSecrets, writePrivate } from './run-secrets.js';
import { killStrays } from './stray-processes.js';

export interface RealSystemOptions {
  readonly paths: RunPaths;
  readonly forge: ForgeChoice;
  readonly repo: string;
  readonly authors: number;
  readonly reviewerSlots: number;
  readonly configDir?: string | undefined;
  /** Further fields of the repository's policy, where the file is made anew. */
  readonly policy?: Readonly<Record<string, string | number>> | undefined;
  /** Servers of the operator's own instead of the embedded ones. */
  readonly postgresUrl?: string | undefined;
  readonly valkeyUrl?: string | undefined;
  readonly workerEnv: Readonly<Record<string, string>>;
  readonly graceMs: number;
  /** A run that is thrown away needs no fsync. */
  readonly throwAway: boolean;
  /** Changes a process before each of its starts, and which processes there are: for the fault suite. */
  adapt?(spec: ProcessSpec): ProcessSpec;
  arrange?(groups: SystemGroups): Promise<SystemGroups>;
  /** When to restart what died, if not by the rules of every day. */
  readonly restarts?: RestartPolicy;
  notify(event: ProcessEvent): void;
  say(line: string): void;
}

const READY_WITHIN_MS = 60_000;

const probe = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
};

const external = (url: string): KeptServer => ({
  url,
  restarts: () => 0,
  pid: () => 0,
  stop: async () => undefined,
});

const servers = (options: RealSystemOptions): { postgres(): Promise<KeptServer>; valkey(): Promise<KeptServer> } => {
  const kept = { clock: systemClock, notify: options.notify };
  const log = options.say;
  return {
    postgres: async () => {
      if (options.postgresUrl !== undefined) return external(options.postgresUrl);
      const { startPostgres } = await import('@rig/embedded');
      const dataDir = `${options.paths.data}/postgres`;
      const settings = options.throwAway ? { fsync: 'off', synchronous_commit: 'off' } : {};
      return keepServer({
        ...kept,
        name: 'postgres',
        start: (port) => startPostgres({ dataDir, log, settings, ...(port === undefined ? {} : { port }) }),
      });
    },
    valkey: async () => {
      if (options.valkeyUrl !== undefined) return external(options.valkeyUrl);
      const { startValkey } = await import('@rig/embedded');
      const dataDir = `${options.paths.data}/valkey`;
      return keepServer({
        ...kept,
        name: 'valkey',
        start: (port) => startValkey({ dataDir, log, ...(port === undefined ? {} : { port }) }),
      });
    },
  };
};

const requireBuilt = (): void => {
  if (existsSync(`${appsDir}/conductor/dist/main.js`)) return;
  throw new RigError({
    code: 'NOT_BUILT',
    kind: 'terminal',
    message: 'the services are not built',
    fix: 'Start through `./rig`, or run `npm run build`.',
  });
};

const portsFor = (paths: RunPaths, say: (line: string) => void) => async (names: readonly string[]) => {
  const text = await readFile(paths.ports, 'utf8').catch(() => '{}');
  const known: unknown = JSON.parse(text);
  const wanted = Object.fromEntries(
    Object.entries(typeof known === 'object' && known !== null ? known : {}).flatMap(([name, port]) =>
      typeof port === 'number' ? [[name, port]] : [],
    ),
  );
  const ports = await choosePorts(names, wanted);
  for (const [name, port] of Object.entries(wanted)) {
    const now = ports[name];
    if (now === undefined || now === port) continue;
    say(`port ${port} of ${name} is taken by another program: ${now} for this run, ${port} again when it is free`);
  }
  // What was remembered stays: others (a reverse proxy) were told those ports.
  await writePrivate(paths.ports, `${JSON.stringify({ ...ports, ...wanted })}\n`);
  return ports;
};

const explainFrom = (paths: RunPaths) => async (name: string) => {
  const tail = await tailOf(`${paths.logs}/${name}.log`, 5);
  return [`Read ${paths.logs}/${name}.log.`, ...(tail.length === 0 ? [] : ['Its last lines:', ...tail])].join('\n');
};

/** Puts the real parts together and starts a system. */
export const startSystem = async (options: RealSystemOptions): Promise<RunningSystem> => {
  requireBuilt();
  const { paths } = options;
  await mkdir(paths.root, { recursive: true, mode: 0o700 });
  const launcher = createLauncher(paths.logs);
  const supervisor = createSupervisor({
    launch: (spec) => launcher.launch(options.adapt?.(spec) ?? spec),
    probe,
    clock: systemClock,
    notify: options.notify,
    explain: explainFrom(paths),
    policy: options.restarts,
  });
  let secrets = { webhookSecret: '', personToken: '' };
  const start = createStartSystem({
    appsDir,
    supervisor,
    choosePorts: portsFor(paths, options.say),
    prepare: async () => {
      const config = await prepareConfig({ ...options, configDir: options.configDir });
      const [made, hookDir] = await Promise.all([
        prepareSecrets(paths, config.allAgents),
        installRunHook(paths, config.configDir),
      ]);
      secrets = made;
      return { ...config, hookDir };
    },
    seedForge: async (webhookUrl) => {
      const template = `${appsDir}/cli/templates/greeter`;
      const keyFile = (role: AppRole): string => appKeyFile(paths, role);
      const seed = forgeSeed({ ...secrets, keyFile, repo: options.repo, template, webhookUrl });
      await writePrivate(paths.forgeSeed, `${JSON.stringify(seed, null, 2)}\n`);
    },
    ...servers(options),
    sweep: async () => {
      await killStrays(paths.root);
      launcher.close();
    },
  });
  return start({
    ...options,
    appIds: APP_IDS,
    compileCache: `${rigHome()}/cache/node`,
    readyWithinMs: READY_WITHIN_MS,
  });
};

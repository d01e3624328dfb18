import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { demoIssue } from '@rig/agent-kit';
import { valkeyCommands } from '@rig/testkit';
import type { ProcessEvent, ProcessSpec } from '../../core/process-spec.js';
import { runPaths, type RunPaths } from '../../core/run-paths.js';
import type { RunningSystem, SystemGroups } from '../../flows/start-system.js';
import type { World } from '../../flows/faults/world.js';
import { rigHome } from '../checkout.js';
import { startSystem } from '../compose-system.js';
import { createForgePerson } from '../forge-person.js';
import { createLinks, type Links } from './links.js';
import { createObserver } from './observer.js';
import { startServers, type Servers } from './servers.js';
import { createWorldParts } from './world-parts.js';

const REPO = 'acme/greeter';

export interface WorldOptions {
  readonly seed: number;
  readonly authors: number;
  readonly keep: boolean;
  /** Two processes of each service. */
  readonly twice: boolean;
  say(line: string): void;
}

const second = (spec: ProcessSpec, port: number): ProcessSpec => ({
  ...spec,
  name: `${spec.name}-b`,
  env: { ...spec.env, RIG_PORT: String(port) },
  readyUrl: spec.readyUrl.replace(/:\d+\//, `:${port}/`),
});

const send = (pid: number | null, signal: NodeJS.Signals): boolean => {
  if (pid === null || pid <= 0) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
};

/** Arms fault points for the next start of a process. */
const createArming = () => {
  const armed = new Map<string, string>();
  return {
    arm: (process: string, point: string): void => void armed.set(process, point),
    adapt: (spec: ProcessSpec): ProcessSpec => {
      const point = armed.get(spec.name);
      armed.delete(spec.name);
      return point === undefined ? spec : { ...spec, env: { ...spec.env, RIG_FAULT_POINT: point } };
    },
  };
};

const doubled = async (groups: SystemGroups): Promise<SystemGroups> => {
  const { freePort } = await import('@rig/embedded');
  return Promise.all(
    groups.map(async (group) => {
      const services = group.filter(({ name }) => /^(conductor|gateway|dispatcher)-/.test(name));
      const copies = await Promise.all(services.map(async (spec) => second(spec, await freePort())));
      return [...group, ...copies];
    }),
  );
};

interface Parts {
  readonly options: WorldOptions;
  readonly paths: RunPaths;
  readonly deaths: string[];
  readonly servers: Servers;
  readonly links: Links;
  readonly arming: ReturnType<typeof createArming>;
}

const stopAround = async ({ servers, links }: Parts): Promise<void> => {
  await Promise.all([servers.postgres.stop(), servers.valkey.stop(), links.close()]);
};

const startBroken = (parts: Parts, notify: (event: ProcessEvent) => void): Promise<RunningSystem> => {
  const { options, paths, servers, links, arming } = parts;
  return startSystem({
    paths,
    forge: { kind: 'dev-forge' },
    repo: REPO,
    authors: options.authors,
    reviewerSlots: 1,
    postgresUrl: servers.postgres.url,
    valkeyUrl: servers.valkey.url,
    workerEnv: { RIG_SCRIPTED_FLAWS: `seed:${options.seed}` },
    graceMs: 8_000,
    throwAway: true,
    adapt: (spec) => arming.adapt(links.adapt(spec)),
    arrange: async (groups) => {
      const all = options.twice ? await doubled(groups) : groups;
      await links.prepare(all.flat());
      return all;
    },
    notify,
    say: () => undefined,
  });
};

const worldOf = async (parts: Parts, system: RunningSystem): Promise<World> => {
  const { options, paths, servers, links, arming, deaths } = parts;
  const [personToken, operatorToken] = await Promise.all([
    readFile(paths.personToken, 'utf8'),
    readFile(paths.operatorToken, 'utf8'),
  ]);
  const { conductorUrl, gatewayUrl } = system;
  const urls = { postgresUrl: servers.postgres.url, forgeUrl: system.forgeUrl ?? '', conductorUrl };
  const observer = createObserver({ ...urls, personToken, operatorToken });
  const person = createForgePerson(urls.forgeUrl, personToken);
  const more = await createWorldParts({ paths, observer, valkeyUrl: servers.valkey.url, gatewayUrl, conductorUrl });
  const pidOf = (name: string): number | null => {
    if (name === 'postgres' || name === 'valkey') return servers[name].pid();
    return system.status().find((one) => one.name === name)?.pid ?? null;
  };
  let filed = 0;
  const file = async (): Promise<void> => {
    filed += 1;
    await person.fileIssue(REPO, { ...demoIssue(filed, options.seed), labels: ['agent-ready', `P${filed % 4}`] });
  };
  return {
    ...more,
    repo: REPO,
    observer,
    deaths,
    gatewayUrl,
    conductorUrl,
    processes: () => system.status().map(({ name, pid }) => ({ name, pid })),
    signal: (name, signal) => send(pidOf(name), signal),
    arm: arming.arm,
    link: links.get,
    links: links.names,
    valkey: (...commands) => valkeyCommands(new URL(servers.valkey.url), commands),
    file: async (count) => {
      for (let n = 0; n < count; n++) await file();
    },
    filed: () => filed,
    stop: async () => {
      await more.closeParts();
      await observer.close();
      await system.stop();
      await stopAround(parts);
      if (options.keep) options.say(`Kept: ${paths.root}`);
      else await rm(paths.root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/** Starts a system of its own for one row, every connection through a fault proxy. */
export const startWorld = async (options: WorldOptions): Promise<World> => {
  const paths = runPaths(`${rigHome()}/faults-${randomBytes(4).toString('hex')}`);
  const deaths: string[] = [];
  const notify = (event: ProcessEvent): void => {
    if (event.kind === 'died') deaths.push(event.name);
    if (event.kind === 'gave-up') options.say(`${event.name} was given up: ${event.how}`);
  };
  const servers = await startServers(paths.data, notify);
  const parts = { options, paths, deaths, servers, links: createLinks(), arming: createArming() };
  let system: RunningSystem | undefined;
  try {
    system = await startBroken(parts, notify);
    return await worldOf(parts, system);
  } catch (error) {
    await system?.stop();
    await stopAround(parts);
    throw error;
  }
};

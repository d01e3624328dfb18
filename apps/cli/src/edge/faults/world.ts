import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { demoIssue } from '@rig/agent-kit';
import { valkeyCommands } from '@rig/testkit';
import { APP_IDS } from '../../core/forge-seed.js';
import type { History } from '../../core/faults/history.js';
import type { ProcessEvent } from '../../core/process-spec.js';
import { alwaysAfter } from '../../core/restart-policy.js';
import { GUARD } from '../../core/system-plan.js';
import { appKeyFile, runPaths, type RunPaths } from '../../core/run-paths.js';
import type { RunningSystem } from '../../flows/start-system.js';
import type { FaultRow } from '../../flows/faults/run-row.js';
import type { World } from '../../flows/faults/world.js';
import { rigHome } from '../checkout.js';
import { startSystem } from '../real-system.js';
import { createForgePerson } from '../forge-person.js';
import { createArming, type Arming } from './arming.js';
import { withRowEnv, writeClaimers } from './row-config.js';
import { createForgeRecord, type ForgeRecord } from './forge-record.js';
import { openHistory } from './history-file.js';
import { createLinks, type Links } from './links.js';
import { createObserver, type Observer } from './observer.js';
import { recordedDoors } from './recorded-doors.js';
import { startServers, type Servers } from './servers.js';
import { mountDisks, type SmallDisks } from './small-disks.js';
import { createWorldParts } from './world-parts.js';
import { createForgeHands } from './forge-hands.js';
import { createWorldProcesses } from './world-processes.js';
import { planWorld, type WorldPlan } from './world-plan.js';

const REPO = 'acme/greeter';
/** Milliseconds between a death and the next start: long enough to be noticed, short enough not to be waited for. */
const RESTART_MS = 300;

export interface WorldOptions {
  readonly row: FaultRow;
  readonly seed: number;
  /** Drafts without flaws: fewer rounds of CI and review, so that a short run stays short. */
  readonly flawless: boolean;
  readonly keep: boolean;
  say(line: string): void;
}

interface Parts {
  readonly options: WorldOptions;
  readonly paths: RunPaths;
  readonly deaths: string[];
  readonly history: History;
  readonly servers: Servers;
  readonly links: Links;
  readonly disks: SmallDisks;
  readonly arming: Arming;
  readonly plan: WorldPlan;
}

const stopAround = async ({ servers, links, disks }: Parts): Promise<void> => {
  await Promise.all([servers.postgres.stop(), servers.valkey.stop(), links.close()]);
  await disks.unmount();
};

const startBroken = async (parts: Parts, notify: (event: ProcessEvent) => void): Promise<RunningSystem> => {
  const { options, paths, servers, links, arming, plan } = parts;
  await writeClaimers(paths, options.row);
  return startSystem({
    paths,
    forge: { kind: 'dev-forge' },
    repo: REPO,
    authors: options.row.authors ?? 1,
    reviewerSlots: options.row.reviewers ?? 1,
    postgresUrl: servers.postgres.url,
    valkeyUrl: servers.valkey.url,
    workerEnv: {
      RIG_SCRIPTED_FLAWS: options.flawless || options.row.flawless === true ? 'none' : `seed:${options.seed}`,
    },
    graceMs: 8_000,
    throwAway: true,
    policy: options.row.policy,
    restarts: alwaysAfter(RESTART_MS),
    adapt: (spec) => arming.adapt(links.adapt(withRowEnv(options.row, spec))),
    arrange: async (groups) => {
      const all = await plan.arrange(groups);
      await links.prepare(all.flat());
      return all;
    },
    notify,
    say: () => undefined,
  });
};

const openForgeRecord = async (paths: RunPaths, url: string, personToken: string): Promise<ForgeRecord> => {
  const privateKey = await readFile(appKeyFile(paths, 'conductor'), 'utf8');
  return createForgeRecord({ url, repo: REPO, personToken, app: { id: APP_IDS.conductor, privateKey } });
};

/** Files issues as a person would: by the forge's API, past every proxy. */
const createFiling = ({ options, history }: Parts, forgeUrl: string, token: string): Pick<World, 'file' | 'filed'> => {
  const person = createForgePerson(forgeUrl, token);
  let filed = 0;
  const file = async (): Promise<void> => {
    filed += 1;
    const texts = demoIssue(filed, options.seed);
    const issue = await person.fileIssue(REPO, { ...texts, labels: ['agent-ready', `P${filed % 4}`] });
    history.add({ op: 'filed', issue });
  };
  return {
    filed: () => filed,
    file: async (count) => {
      for (let n = 0; n < count; n++) await file();
    },
  };
};

const stopWorld = async (parts: Parts, system: RunningSystem, observer: Observer): Promise<void> => {
  const { options, paths } = parts;
  await observer.close();
  await system.stop();
  await stopAround(parts);
  if (options.keep) options.say(`Kept: ${paths.root}`);
  else await rm(paths.root, { recursive: true, force: true, maxRetries: 5 });
};

const worldOf = async (parts: Parts, system: RunningSystem): Promise<World> => {
  const { paths, servers, links, arming, deaths, history } = parts;
  const [personToken = '', operatorToken = ''] = await Promise.all(
    [paths.personToken, paths.operatorToken].map((file) => readFile(file, 'utf8')),
  );
  const { conductorUrl, gatewayUrl } = system;
  const forgeUrl = system.forgeUrl ?? '';
  const processes = createWorldProcesses(parts, system);
  const observer = createObserver({
    postgresUrl: servers.postgres.url,
    conductorUrl,
    operatorToken,
    repo: REPO,
    forge: await openForgeRecord(paths, forgeUrl, personToken),
    attemptEnds: processes.attemptEnds,
    dead: () => more.streams.deadLetters(),
  });
  const guardUrl = `http://127.0.0.1:${parts.plan.variable(GUARD, 'RIG_PORT') ?? ''}`;
  const urls = { valkeyUrl: servers.valkey.url, forgeUrl, gatewayUrl, conductorUrl, guardUrl };
  const more = await createWorldParts({ ...parts, observer, ...processes, repo: REPO, personToken, ...urls });
  return {
    ...more,
    ...recordedDoors(more.doors, history),
    ...processes,
    ...arming,
    ...createFiling(parts, forgeUrl, personToken),
    hands: createForgeHands({ url: forgeUrl, repo: REPO, token: personToken, folder: `${paths.root}/hands` }),
    repo: REPO,
    observer,
    history,
    deaths,
    gatewayUrl,
    conductorUrl,
    link: links.get,
    links: links.names,
    valkey: (...commands) => {
      for (const [command = ''] of commands) history.add({ op: 'valkey', command });
      return valkeyCommands(new URL(servers.valkey.url), commands);
    },
    stop: async () => {
      await more.closeParts();
      await stopWorld(parts, system, observer);
    },
  };
};

const recording =
  ({ say }: WorldOptions, deaths: string[], history: History) =>
  (event: ProcessEvent): void => {
    const { kind, name } = event;
    if (kind === 'started') history.add({ op: 'started', process: name, pid: event.pid });
    if (kind === 'died') {
      deaths.push(name);
      history.add({ op: 'died', process: name, how: event.how });
    }
    if (kind === 'gave-up') say(`${name} was given up: ${event.how}`);
  };

/** Starts a system of its own for one row, every connection through a fault proxy. */
export const startWorld = async (options: WorldOptions): Promise<World> => {
  const paths = runPaths(`${rigHome()}/faults-${randomBytes(4).toString('hex')}`);
  mkdirSync(paths.root, { recursive: true, mode: 0o700 });
  const deaths: string[] = [];
  const history = openHistory(`${paths.root}/history.jsonl`, () => performance.now());
  const notify = recording(options, deaths, history);
  const disks = await mountDisks(paths, options.row.smallDisks === true);
  const servers = await startServers(paths.data, notify).catch(async (error: unknown) => {
    await disks.unmount();
    throw error;
  });
  const parts: Parts = {
    options,
    disks,
    servers,
    paths,
    deaths,
    history,
    links: createLinks(history),
    arming: createArming(`${paths.root}/faults`, history),
    plan: planWorld(options.row),
  };
  let system: RunningSystem | undefined;
  try {
    system = await startBroken(parts, notify);
    // Who gave up waiting for a slow start and was started again did not die of what the row does.
    deaths.length = 0;
    return await worldOf(parts, system);
  } catch (error) {
    await system?.stop();
    await stopAround(parts);
    throw error;
  }
};

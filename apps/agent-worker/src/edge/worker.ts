import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  createConductorClient,
  createEnrolledTokens,
  createGatewayClient,
  createGit,
  type ConductorClient,
  type GatewayClient,
  type Git,
} from '@rig/agent-kit';
import { workersOf, type TaskToken } from '@rig/contracts';
import { createWorkerForge } from '@rig/forge';
import { GUARD_SPOOL } from '@rig/hooks';
import { messageOf, RigError, type Lifecycle } from '@rig/kernel';
import { createNameWatch, watchYaml, type Kit, type Service, type ServicePart, type WatchedFile } from '@rig/nest-kit';
import { findAgent, parseAgentsFile, type AgentConfig, type AgentsFile } from '@rig/policy';
import { createSpoolReader } from '@rig/spool';
import { createValkeyStreamBus, type StreamBus } from '@rig/stream-bus';
import type { Config } from '../config.js';
import { createAuthorTask } from '../flows/author-task.js';
import { createDesk, type Desk } from '../flows/desk.js';
import { createReviewTask } from '../flows/review-task.js';
import { createWorkOffer } from '../flows/work-offer.js';
import { createAgentCommand } from './agent-command.js';
import type { AgentHook } from './agent-hook.js';
import { behindGuard, type GuardCanary } from './guard-canary.js';
import { createWorkerCanary } from './guard-parts.js';
import { createHttpIntake } from './http-intake.js';
import { commandOf } from './command-of.js';
import { clearLeftovers } from './leftovers.js';
import { createOneShot, type OneShot } from './one-shot.js';
import { createReports } from './reports.js';
import { createSpoolDelivery } from './spool-delivery.js';
import { BLOCK_MS, createStreamIntake } from './stream-intake.js';
import { createWorkspaces } from './workspaces.js';

/** Whom a pod's preStop asks to end: the worker need not be the container's first process. */
const PID_FILE = 'worker.pid';

/** Beside the drain: to hand back, to send the last report, to stop. In milliseconds. */
const ENDING_MS = 5_000;

/** A worker for one task that cannot prove its guard makes room for the next one. */
const guardPatience = (
  { clock, stopping }: Kit,
  canary: GuardCanary,
  limitMs: number,
  giveUp: (error: unknown) => void,
): ServicePart => ({
  name: 'guard-patience',
  start: async () => {
    void clock.sleep(limitMs, stopping).then(() => {
      if (!stopping.aborted && !canary.check().ready) giveUp(new Error('the guard was not proven in time'));
    });
  },
  stop: async () => undefined,
});

const part = (name: string, { start, stop }: Lifecycle): ServicePart => ({ name, start, stop });

/** The agent's entry as it stands now; what an edit of the file takes away stays as it was until the next start. */
const agentOf = (file: WatchedFile<AgentsFile>, id: string): (() => AgentConfig) => {
  let last = findAgent(file.current(), id);
  if (last === undefined) {
    throw new RigError({
      code: 'AGENT_UNKNOWN',
      kind: 'terminal',
      message: `rig.agents.yaml has no agent "${id}"`,
      fix: 'add it there, or set RIG_AGENT_ID to one that is listed',
    });
  }
  let current = last;
  return () => {
    last = findAgent(file.current(), id);
    current = last ?? current;
    return current;
  };
};

const createClients = (config: Config, kit: Kit) => {
  const tokens = createEnrolledTokens({
    conductorUrl: config.RIG_CONDUCTOR_URL,
    enrolment: () => readFile(config.RIG_ENROLMENT_TOKEN_FILE, 'utf8'),
    clock: kit.clock,
  });
  return {
    conductor: createConductorClient({ baseUrl: config.RIG_CONDUCTOR_URL, tokens, clock: kit.clock }),
    gateway: createGatewayClient({ baseUrl: config.RIG_GATEWAY_URL, tokens, clock: kit.clock }),
  };
};

const openBus = (config: Config, kit: Kit): StreamBus => {
  if (config.RIG_VALKEY_URL !== undefined) {
    const { logger, clock } = kit;
    const taken = kit.counter({ name: 'rig_offers_total', help: 'Offers by what became of them', labels: ['outcome'] });
    return createValkeyStreamBus({
      url: config.RIG_VALKEY_URL,
      connectionName: `rig-worker-${config.RIG_AGENT_ID}`,
      logger,
      clock,
      count: (_stream, _group, outcome) => taken({ outcome }),
    });
  }
  throw new RigError({
    code: 'CONFIG_INVALID',
    kind: 'terminal',
    message: 'RIG_VALKEY_URL is not set, and the agent gets its work by its stream',
    fix: 'Set RIG_VALKEY_URL, or give the agent `delivery: http` in rig.agents.yaml.',
  });
};

interface IntakeInput {
  readonly config: Config;
  readonly kit: Kit;
  readonly agent: AgentConfig;
  readonly conductor: ConductorClient;
  readonly desk: Desk;
  readonly oneShot: OneShot | undefined;
}

/** What brings offers to the desk, by the agent's delivery. */
const createIntake = (input: IntakeInput): Pick<Service, 'parts' | 'ready'> => {
  const { config, kit, agent, conductor, desk, oneShot } = input;
  const common = { conductor, desk, agentId: agent.id, slots: config.RIG_CONCURRENCY, oneShot };
  const { clock, logger, hostname } = kit;
  if (agent.delivery === 'http') {
    const intake = createHttpIntake({ ...common, role: agent.role, instance: hostname, clock, logger });
    return { parts: [part('intake', intake)] };
  }
  const bus = openBus(config, kit);
  const intake = createStreamIntake({ ...common, bus, consumer: hostname, incarnation: kit.incarnation });
  const names = createNameWatch({ bus, kit, of: workersOf(agent.id) });
  return {
    parts: [{ name: 'bus', start: async () => undefined, stop: () => bus.close() }, names, part('intake', intake)],
    ready: { valkey: async () => ({ ready: await bus.ping() }), name: names.check },
  };
};

/** What lies on the disk until the gateway has it: the worker's own reports, and what the guard refused its agent. */
const createSpools = ({ gateway, kit, folder }: { gateway: GatewayClient; kit: Kit; folder: string }) => {
  const { clock, logger } = kit;
  const help = 'Reports in the spools of this worker by what became of them';
  const records = kit.counter({ name: 'rig_spool_records_total', help, labels: ['spool', 'outcome'] });
  const counted = (spool: string) => (outcome: string, by: number) => records({ spool, outcome }, by);
  const blocks = join(folder, 'guard');
  return {
    blocksFolder: blocks,
    reports: createReports({ gateway, folder: join(folder, 'reports'), clock, logger, count: counted('reports') }),
    blocks: createSpoolDelivery({
      name: 'guard',
      reader: createSpoolReader({ folder: blocks, limits: GUARD_SPOOL }),
      gateway,
      clock,
      logger,
      // Anybody who can be the agent can write there; it must not speak for the worker.
      accepts: ({ type }) => type === 'GUARD_BLOCKED',
      count: counted('guard'),
    }),
  };
};

/** What works an offer, from start to report. */
const createWork = (config: Config, kit: Kit, agent: () => AgentConfig, git: Git, root: string) => {
  const { clock, logger, hostname } = kit;
  const { conductor, gateway } = createClients(config, kit);
  const spools = createSpools({ gateway, kit, folder: join(root, 'spool', hostname) });
  const hook: AgentHook = { kit: resolve(config.RIG_HOOK_DIR), spool: spools.blocksFolder };
  const tools = {
    workspaces: createWorkspaces({ git, clock, root, worker: hostname }),
    agent: createAgentCommand(() => {
      const { run, args, timeoutMinutes, passEnv } = commandOf(agent());
      return { run, args, passEnv, timeoutMs: timeoutMinutes * 60_000 };
    }, hook),
    forge: ({ apiUrl, token }: TaskToken) => createWorkerForge({ apiUrl, token, clock, logger }),
  };
  const labels = ['kind', 'outcome'];
  const ended = kit.counter({ name: 'rig_attempts_total', help: 'Attempts by kind and how they ended', labels });
  const work = createWorkOffer({
    agentId: config.RIG_AGENT_ID,
    worker: { name: hostname, incarnation: kit.incarnation },
    conductor,
    reports: spools.reports,
    author: createAuthorTask(tools),
    reviewer: createReviewTask(tools),
    clock,
    logger,
    onEnd: (kind, outcome) => ended({ kind, outcome }),
  });
  const folder = join(root, 'canary', hostname);
  const canary = createWorkerCanary({ kit, agent, hook, folder, blocks: spools.blocks, conductor });
  return { conductor, spools, work, canary };
};

/** Puts the worker together: configuration in, parts out. */
export const createWorker = async (config: Config, kit: Kit): Promise<Omit<Service, 'module'>> => {
  const { clock, logger, hostname } = kit;
  const root = resolve(config.RIG_WORK_DIR);
  await mkdir(join(root, 'spool', hostname), { recursive: true, mode: 0o700 });
  await writeFile(join(root, 'spool', hostname, PID_FILE), `${process.pid}\n`);
  const file = await watchYaml(join(config.RIG_CONFIG_DIR, 'rig.agents.yaml'), parseAgentsFile, { logger, clock });
  const agent = agentOf(file, config.RIG_AGENT_ID);
  const git = createGit();
  const { conductor, spools, work, canary } = createWork(config, kit, agent, git, root);
  const desk = createDesk({ slots: config.RIG_CONCURRENCY, work, clock, drainMs: config.RIG_DRAIN_SECONDS * 1000 });
  const finish = (): void => void process.kill(process.pid, 'SIGTERM');
  const oneShot = config.RIG_ONE_SHOT ? createOneShot(BLOCK_MS + 500, clock, finish) : undefined;
  const leftovers: ServicePart = {
    name: 'leftovers',
    start: () => clearLeftovers({ root, worker: hostname, git, clock, logger }),
    stop: async () => undefined,
  };
  const intake = createIntake({ config, kit, agent: agent(), conductor, desk, oneShot });
  const notTaken = (error: unknown): void => {
    logger.log('error', 'no work can be taken: the worker ends', { error: messageOf(error) });
    // Unlike a worker that found nothing to do, it has failed: its pod or its job shows it.
    process.exitCode = 1;
    finish();
  };
  const taking = (intake.parts ?? []).map((one) => (one.name === 'intake' ? behindGuard(one, canary, notTaken) : one));
  const patience =
    oneShot === undefined ? [] : [guardPatience(kit, canary, config.RIG_UNGUARDED_SECONDS * 1_000, notTaken)];
  const reporting = [part('reports', spools.reports), part('blocks', spools.blocks)];
  return {
    parts: [file, leftovers, ...reporting, part('guard-canary', canary), ...patience, ...taking],
    ready: { agents: file.check, 'guard-canary': canary.check, ...intake.ready },
    shutdownMs: config.RIG_DRAIN_SECONDS * 1_000 + ENDING_MS,
  };
};

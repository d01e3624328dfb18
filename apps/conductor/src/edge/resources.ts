import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GROUPS, tasksStream, WORKERS_GROUP } from '@rig/contracts';
import { createPool, createPostgresEventStore, migrate, migrateEventStore, type SqlPool } from '@rig/event-store';
import { createInbox, migrateInbox } from '@rig/inbox';
import type { Logger } from '@rig/kernel';
import { watchYaml, type Kit, type Service, type ServicePart } from '@rig/nest-kit';
import { parseAgentsFile, parsePolicyFile, repoPolicy, type AgentsFile, type RepositoryPolicy } from '@rig/policy';
import { createJobQueue, createValkeyStreamBus, type StreamBus } from '@rig/stream-bus';
import { SCHEMA, type ConductorConfig } from '../config.js';
import { conductorProjections } from '../flows/projections.js';
import type { OutboundJob } from '../flows/request-outbound.js';
import { createForgeClients } from './forge-clients.js';
import { OUTBOUND_QUEUE } from './outbound-jobs.js';
import { createReadModels } from './read-models.js';
import { createTokenLedger } from './token-ledger.js';

/** The tables of everything in the schema `conductor`: log, inbox, read models. */
export const migrateAll = async (pool: SqlPool, logger: Logger): Promise<void> => {
  await migrateEventStore(pool, { schema: SCHEMA, logger });
  await migrateInbox(pool, { schema: SCHEMA, logger });
  const directory = new URL('../../sql/', import.meta.url);
  await migrate(pool, { schema: SCHEMA, directory, set: 'conductor', logger });
};

/** What the operator owns: who may work, under which rules, and the keys of the agents' tokens. */
const openOperatorFiles = async (config: ConductorConfig, { logger, clock }: Kit) => {
  const [agentsFile, policyFile, privateKeyPem, publicKeyPem] = await Promise.all([
    watchYaml(join(config.RIG_CONFIG_DIR, 'rig.agents.yaml'), parseAgentsFile, { logger, clock }),
    watchYaml(join(config.RIG_CONFIG_DIR, 'rig.policy.yaml'), parsePolicyFile, { logger, clock }),
    readFile(join(config.RIG_KEYS_DIR, 'agents.private.pem'), 'utf8'),
    readFile(join(config.RIG_KEYS_DIR, 'agents.public.pem'), 'utf8'),
  ]);
  return {
    agentsFile,
    policyFile,
    keys: { privateKeyPem, publicKeyPem },
    agents: (): AgentsFile => agentsFile.current(),
    policyFor: (repo: string): RepositoryPolicy => repoPolicy(policyFile.current(), repo),
  };
};

/** What the conductor decides with: tables (migrated first), streams, the forge, the operator's files. */
export const openResources = async (config: ConductorConfig, kit: Kit) => {
  const { logger, clock, hostname } = kit;
  const pool = createPool({ url: config.RIG_POSTGRES_URL, applicationName: hostname, max: 16, logger });
  await migrateAll(pool, logger);
  const [files, clients] = await Promise.all([
    openOperatorFiles(config, kit),
    createForgeClients(config, clock, logger),
  ]);
  const bus = createValkeyStreamBus({ url: config.RIG_VALKEY_URL, logger, clock, connectionName: hostname });
  return {
    ...files,
    ...clients,
    pool,
    bus,
    store: createPostgresEventStore({ pool, schema: SCHEMA, projections: conductorProjections, logger, clock }),
    inbox: createInbox({ pool, schema: SCHEMA, bus, clock, logger }),
    queue: createJobQueue<OutboundJob>({ url: config.RIG_VALKEY_URL, logger, name: OUTBOUND_QUEUE }),
    readModels: createReadModels(pool, SCHEMA),
    ledger: createTokenLedger(pool, SCHEMA, files.keys.privateKeyPem),
  };
};

export type Resources = Awaited<ReturnType<typeof openResources>>;

/** Groups are made in advance, by the side that writes, so that none misses what was written before it was read. */
const ensureGroups = async (bus: StreamBus, agents: AgentsFile): Promise<void> => {
  for (const [stream, groups] of Object.entries(GROUPS)) {
    for (const group of groups) await bus.ensureGroup(stream, group);
  }
  for (const { id } of agents.agents) await bus.ensureGroup(tasksStream(id), WORKERS_GROUP);
};

/** What is open already and only has to be closed. */
const closing = (name: string, stop: () => Promise<void>): ServicePart => ({
  name,
  start: async () => undefined,
  stop,
});

/** The resources in the order in which they need each other. */
export const resourceParts = (resources: Resources): readonly ServicePart[] => {
  const { pool, bus, store, inbox, queue, agentsFile, policyFile, agents } = resources;
  return [
    { name: 'postgres', start: async () => void (await pool.query('select 1')), stop: () => pool.end() },
    { name: 'valkey', start: () => ensureGroups(bus, agents()), stop: () => bus.close() },
    closing('event store', () => store.close()),
    closing('inbox', () => inbox.close()),
    closing('job queue', () => queue.close()),
    agentsFile,
    policyFile,
  ];
};

/** What has to be there for the conductor to serve. */
export const resourceChecks = ({ pool, bus, agentsFile, policyFile }: Resources): NonNullable<Service['ready']> => ({
  postgres: async () => ({ ready: (await pool.query('select 1')).rowCount === 1 }),
  valkey: async () => ({ ready: await bus.ping() }),
  'rig.agents.yaml': agentsFile.check,
  'rig.policy.yaml': policyFile.check,
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTokenSigner, createTokenVerifier } from '@rig/agent-kit';
import { EVENTS_STREAM, GROUPS, tasksStream, WORKERS_GROUP } from '@rig/contracts';
import {
  createPool,
  createPostgresEventStore,
  createRelay,
  createRelayMarker,
  migrate,
  migrateEventStore,
  type SqlPool,
} from '@rig/event-store';
import { createInbox, migrateInbox } from '@rig/inbox';
import type { Logger } from '@rig/kernel';
import { defineService, watchYaml, type Service, type ServicePart } from '@rig/nest-kit';
import { parseAgentsFile, parsePolicyFile, repoPolicy, type AgentsFile, type RepositoryPolicy } from '@rig/policy';
import { createJobQueue, createValkeyStreamBus, type StreamBus } from '@rig/stream-bus';
import { AppModule } from '../app.module.js';
import { ConductorConfig, SCHEMA } from '../config.js';
import { createFlows } from '../flows/create-flows.js';
import { createOffersFor } from '../flows/offers-for.js';
import { conductorProjections } from '../flows/projections.js';
import type { OutboundJob } from '../flows/request-outbound.js';
import { createForgeClients } from './forge-clients.js';
import { createLoops } from './loops.js';
import { createOutboundWorker, OUTBOUND_QUEUE } from './outbound-jobs.js';
import { createReadModels } from './read-models.js';
import { createTokenLedger } from './token-ledger.js';
import { subscriptions } from './subscriptions.js';

const migrateAll = async (pool: SqlPool, logger: Logger): Promise<void> => {
  await migrateEventStore(pool, { schema: SCHEMA, logger });
  await migrateInbox(pool, { schema: SCHEMA, logger });
  const directory = new URL('../../sql/', import.meta.url);
  await migrate(pool, { schema: SCHEMA, directory, set: 'conductor', logger });
};

/** Groups are made in advance, by the side that writes, so that none misses what was written before it was read. */
const ensureGroups = async (bus: StreamBus, agents: AgentsFile): Promise<void> => {
  for (const [stream, groups] of Object.entries(GROUPS)) {
    for (const group of groups) await bus.ensureGroup(stream, group);
  }
  for (const { id } of agents.agents) await bus.ensureGroup(tasksStream(id), WORKERS_GROUP);
};

const part = (name: string, start: () => Promise<void>, stop: () => Promise<void>): ServicePart => ({
  name,
  start,
  stop,
});

export const conductorService = defineService({
  name: 'conductor',
  configSchema: ConductorConfig,
  create: async (config, kit): Promise<Service> => {
    const { logger, clock, hostname } = kit;
    const pool = createPool({ url: config.RIG_POSTGRES_URL, applicationName: hostname, max: 16, logger });
    await migrateAll(pool, logger);
    const [agentsFile, policyFile, privateKeyPem, publicKeyPem, clients] = await Promise.all([
      watchYaml(join(config.RIG_CONFIG_DIR, 'rig.agents.yaml'), parseAgentsFile, { logger, clock }),
      watchYaml(join(config.RIG_CONFIG_DIR, 'rig.policy.yaml'), parsePolicyFile, { logger, clock }),
      readFile(join(config.RIG_KEYS_DIR, 'agents.private.pem'), 'utf8'),
      readFile(join(config.RIG_KEYS_DIR, 'agents.public.pem'), 'utf8'),
      createForgeClients(config, clock, logger),
    ]);
    const bus = createValkeyStreamBus({ url: config.RIG_VALKEY_URL, logger, clock, connectionName: hostname });
    const store = createPostgresEventStore({ pool, schema: SCHEMA, projections: conductorProjections, logger, clock });
    const inbox = createInbox({ pool, schema: SCHEMA, bus, clock, logger });
    const queue = createJobQueue<OutboundJob>({ url: config.RIG_VALKEY_URL, logger, name: OUTBOUND_QUEUE });
    const readModels = createReadModels(pool, SCHEMA);
    const agents = (): AgentsFile => agentsFile.current();
    const policyFor = (repo: string): RepositoryPolicy => repoPolicy(policyFile.current(), repo);
    const flows = createFlows({
      store,
      bus,
      inbox,
      ...clients,
      ledger: createTokenLedger(pool, SCHEMA, privateKeyPem),
      clock,
      logger,
      apiUrl: config.GITHUB_API_URL,
      gitUrl: config.GITHUB_GIT_URL,
      policyFor,
      agents,
      enqueue: (job) => queue.add(job.eventId, job),
      readModels,
    });
    const relay = createRelay({
      store,
      bus,
      stream: EVENTS_STREAM,
      marker: createRelayMarker({ pool, schema: SCHEMA }),
      offersFor: createOffersFor(flows.describe),
      clock,
      logger,
    });
    const worker = createOutboundWorker(config.RIG_VALKEY_URL, logger, flows);
    return {
      module: AppModule.with({
        flows,
        readModels,
        log: store,
        inbox,
        agents,
        verifier: createTokenVerifier({ publicKeyPem, clock }),
        signer: createTokenSigner({ privateKeyPem, clock }),
      }),
      parts: [
        part(
          'postgres',
          async () => void (await pool.query('select 1')),
          () => pool.end(),
        ),
        part(
          'valkey',
          () => ensureGroups(bus, agents()),
          () => bus.close(),
        ),
        part(
          'event store',
          async () => undefined,
          () => store.close(),
        ),
        part(
          'inbox',
          async () => undefined,
          () => inbox.close(),
        ),
        part(
          'job queue',
          async () => undefined,
          () => queue.close(),
        ),
        agentsFile,
        policyFile,
        part('relay', relay.start, relay.stop),
        ...createLoops({
          kit,
          bus,
          inbox,
          flows,
          readModels,
          queue,
          forge: clients.forge,
          log: store,
          agents,
          policyFor,
        }),
        part('outbound', worker.start, worker.stop),
      ],
      streams: { bus, subscriptions },
      ready: {
        postgres: async () => ({ ready: (await pool.query('select 1')).rowCount === 1 }),
        valkey: async () => ({ ready: await bus.ping() }),
        'rig.agents.yaml': agentsFile.check,
        'rig.policy.yaml': policyFile.check,
      },
    };
  },
});

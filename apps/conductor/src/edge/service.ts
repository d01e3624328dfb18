import { createTokenSigner, createTokenVerifier } from '@rig/agent-kit';
import { EVENTS_STREAM } from '@rig/contracts';
import {
  createPool,
  createPostgresEventStore,
  createRelay,
  createRelayMarker,
  databaseFailure,
  type SqlPool,
} from '@rig/event-store';
import type { Logger } from '@rig/kernel';
import { createNameWatch, defineService, loadConfig, type Env, type Service } from '@rig/nest-kit';
import { AppModule } from '../app.module.js';
import { ConductorConfig, SCHEMA } from '../config.js';
import { createFlows } from '../flows/create-flows.js';
import { createOffersFor } from '../flows/offers-for.js';
import { conductorProjections } from '../flows/projections.js';
import { createLoops } from './loops.js';
import { createOutboundWorker } from './outbound-jobs.js';
import { migrateAll, openResources, resourceChecks, resourceParts } from './resources.js';
import { subscriptions } from './subscriptions.js';

/** Work on the tables alone: nothing else of the configuration is needed for it. */
const onTables = async (env: Env, logger: Logger, work: (pool: SqlPool) => Promise<void>): Promise<void> => {
  const { RIG_POSTGRES_URL: url } = loadConfig(ConductorConfig.pick({ RIG_POSTGRES_URL: true }), env);
  const pool = createPool({ url, applicationName: 'conductor tables', max: 3, logger });
  await work(pool).finally(() => pool.end());
};

/** The conductor as a service: everything wired, nothing decided. */
export const conductorService = defineService({
  name: 'conductor',
  configSchema: ConductorConfig,
  migrate: (env, logger) => onTables(env, logger, (pool) => migrateAll(pool, logger)),
  rebuild: (env, logger) =>
    onTables(env, logger, async (pool) => {
      const store = createPostgresEventStore({ pool, schema: SCHEMA, projections: conductorProjections, logger });
      await store.rebuild(conductorProjections).finally(() => store.close());
    }),
  create: async (config, kit): Promise<Service> => {
    const { logger, clock } = kit;
    const resources = await openResources(config, kit);
    const { pool, bus, store, queue, keys } = resources;
    const flows = createFlows({
      ...resources,
      clock,
      logger,
      apiUrl: config.GITHUB_API_URL,
      gitUrl: config.GITHUB_GIT_URL,
      enqueue: (job) => queue.add(job.eventId, job),
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
    const names = createNameWatch({ bus, kit, of: 'conductor' });
    const worker = createOutboundWorker(config.RIG_VALKEY_URL, logger, flows);
    return {
      module: AppModule.with({
        ...resources,
        flows,
        log: store,
        verifier: createTokenVerifier({ publicKeyPem: keys.publicKeyPem, clock }),
        signer: createTokenSigner({ privateKeyPem: keys.privateKeyPem, clock }),
      }),
      parts: [
        ...resourceParts(resources),
        names,
        { name: 'relay', start: relay.start, stop: relay.stop },
        ...createLoops({ ...resources, kit, flows, log: store }),
        { name: 'outbound', start: worker.start, stop: worker.stop },
      ],
      streams: { bus, subscriptions },
      ready: { ...resourceChecks(resources), name: names.check },
      translate: databaseFailure,
    };
  },
});

import { EVENTS_STREAM, FACTS_STREAM, GROUPS } from '@rig/contracts';
import { createOrderedReader, createPool, createPostgresEventLog, type SqlPool } from '@rig/event-store';
import { messageOf } from '@rig/kernel';
import { createNameWatch, defineService, loadConfig, type Kit, type ServicePart } from '@rig/nest-kit';
import { createOutbox, migrateOutbox } from '@rig/outbox';
import { createValkeyStreamBus, type StreamBus } from '@rig/stream-bus';
import { AppModule } from '../app.module.js';
import { DispatcherConfig } from '../config.js';
import { createBoardStore, SCHEMA } from './board-store.js';
import { createDispatcher } from './dispatcher.js';
import { openConfigFiles } from './files.js';
import { leadTerm, type LeaderTermDeps } from './leader-term.js';
import { tryToLead } from './leadership.js';
import { createMetrics } from './metrics.js';

/** Schema of the log, which the conductor owns and everyone may read. */
const LOG_SCHEMA = 'conductor';

const ensureGroups = async (bus: StreamBus, logger: Kit['logger']): Promise<void> => {
  try {
    for (const stream of [EVENTS_STREAM, FACTS_STREAM] as const) {
      for (const group of GROUPS[stream]) await bus.ensureGroup(stream, group);
    }
  } catch (error) {
    // Valkey may come later: the log is read meanwhile, and facts wait in the outbox.
    logger.log('warn', 'the groups were not made', { error: messageOf(error) });
  }
};

const openReader =
  (pool: SqlPool, bus: StreamBus, { hostname, clock, logger }: Kit): LeaderTermDeps['openReader'] =>
  ({ after, handle }) => {
    const log = createPostgresEventLog({ pool, schema: LOG_SCHEMA, clock, logger });
    const reader = createOrderedReader({
      log,
      bus,
      stream: EVENTS_STREAM,
      group: 'dispatcher',
      consumer: hostname,
      from: after,
      onEvent: (event) => handle([event]),
      clock,
      logger,
    });
    return {
      start: () => reader.start(),
      stop: async () => {
        await reader.stop();
        await log.close();
      },
    };
  };

/** The dispatcher as a service: everything wired, nothing decided. */
export const dispatcherService = defineService({
  name: 'dispatcher',
  configSchema: DispatcherConfig,
  migrate: async (env, logger) => {
    const { RIG_POSTGRES_URL: url } = loadConfig(DispatcherConfig.pick({ RIG_POSTGRES_URL: true }), env);
    const pool = createPool({ url, applicationName: 'dispatcher migrate', max: 2, logger });
    await migrateOutbox(pool, { schema: SCHEMA, logger }).finally(() => pool.end());
  },
  create: async (config, kit) => {
    const { logger, clock, hostname } = kit;
    const files = await openConfigFiles(config.RIG_CONFIG_DIR, logger);
    const pool = createPool({ url: config.RIG_POSTGRES_URL, applicationName: hostname, logger });
    const bus = createValkeyStreamBus({ url: config.RIG_VALKEY_URL, logger, clock, connectionName: hostname });
    const metrics = createMetrics(kit);
    const log = createPostgresEventLog({ pool, schema: LOG_SCHEMA, clock, logger });
    const store = createBoardStore(pool, logger);
    metrics.leads(false);

    const term = (): LeaderTermDeps => ({
      log,
      bus,
      store,
      outbox: createOutbox({ pool, schema: SCHEMA, bus, clock, logger, onOutcome: metrics.pass }),
      clock,
      logger,
      metrics,
      config: files.current,
      openReader: openReader(pool, bus, kit),
    });
    const dispatcher = createDispatcher({
      clock,
      logger,
      tryToLead: () => tryToLead({ pool, clock, logger }),
      lead: (end, onState) => leadTerm(term(), end, onState),
      onLeads: metrics.leads,
    });
    const postgres: ServicePart = {
      name: 'postgres',
      start: async () => void (await migrateOutbox(pool, { schema: SCHEMA, logger })),
      stop: () => pool.end(),
    };
    const valkey: ServicePart = {
      name: 'valkey',
      start: () => ensureGroups(bus, logger),
      stop: () => bus.close(),
    };
    const names = createNameWatch({ bus, kit, of: 'dispatcher' });
    return {
      module: AppModule,
      parts: [postgres, valkey, names, files.agents, files.policy, dispatcher],
      ready: {
        role: dispatcher.check,
        valkey: async () => ({ ready: await bus.ping() }),
        name: names.check,
        agents: files.agents.check,
        policy: files.policy.check,
      },
    };
  },
});

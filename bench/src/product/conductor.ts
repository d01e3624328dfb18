import { createReadModels } from '@rig/conductor/dist/edge/read-models.js';
import { createFlows, type FlowDeps, type Flows } from '@rig/conductor/dist/flows/create-flows.js';
import { conductorProjections } from '@rig/conductor/dist/flows/projections.js';
import {
  createPool,
  createPostgresEventStore,
  migrate,
  migrateEventStore,
  type EventStore,
  type SqlPool,
} from '@rig/event-store';
import { migrateInbox } from '@rig/inbox';
import { silentLogger, systemClock } from '@rig/kernel';
import { SAFE_DEFAULTS, type AgentConfig, type RepositoryPolicy } from '@rig/policy';
import { createMemoryStreamBus } from '@rig/stream-bus';

export const SCHEMA = 'conductor';

/** What the operator allows: everything that agents may do, at the greatest rates. */
export const OPEN_POLICY: RepositoryPolicy = {
  ...SAFE_DEFAULTS,
  dispatch: 'on',
  acceptance: 'auto',
  maxPerHour: 10_000,
};

export const author = (index: number, slots: number): AgentConfig => ({
  id: `dev-e-${index}`,
  role: 'author',
  slots,
  capabilities: [],
  delivery: 'http',
  maxPerHour: 10_000,
  command: { run: 'node', args: [], timeoutMinutes: 30, passEnv: [] },
});

/** Stands for what a measured path must not touch. */
const untouched = <T extends object>(name: string): T =>
  new Proxy({} as T, {
    get: (_, method) => () => {
      throw new Error(`${name}.${String(method)} is not part of what is measured`);
    },
  });

export interface ConductorUnderTest {
  readonly flows: Flows;
  readonly store: EventStore;
  readonly pool: SqlPool;
  readonly readModels: FlowDeps['readModels'];
  close(): Promise<void>;
}

/** The conductor's tables, as its own migrations make them. */
export const migrateConductor = async (pool: SqlPool): Promise<void> => {
  const logger = silentLogger;
  await migrateEventStore(pool, { schema: SCHEMA, logger });
  await migrateInbox(pool, { schema: SCHEMA, logger });
  const directory = new URL('../../../apps/conductor/sql/', import.meta.url);
  await migrate(pool, { schema: SCHEMA, directory, set: 'conductor', logger });
};

/** As the conductor's, but patient: a history takes minutes to load. */
export const openConductorPool = (url: string): SqlPool =>
  createPool({ url, applicationName: 'bench', max: 16, statementTimeoutMs: 3_600_000, answerTimeoutMs: 3_600_000 });

/** The conductor's own flows, store, read models and tables, without its HTTP and streams. */
export const openConductor = (pool: SqlPool, agents: readonly AgentConfig[]): ConductorUnderTest => {
  const logger = silentLogger;
  const clock = systemClock;
  const store = createPostgresEventStore({ pool, schema: SCHEMA, projections: conductorProjections, logger });
  const readModels = createReadModels(pool, SCHEMA);
  const flows = createFlows({
    store,
    readModels,
    clock,
    logger,
    bus: createMemoryStreamBus({ clock }),
    forge: untouched('the forge'),
    minter: untouched('the token minter'),
    ledger: untouched('the token ledger'),
    inbox: untouched('the inbox'),
    apiUrl: 'http://127.0.0.1:1',
    gitUrl: 'http://127.0.0.1:1',
    policyFor: () => OPEN_POLICY,
    agents: () => ({ agents: [...agents] }),
    enqueue: () => Promise.reject(new Error('nothing is enqueued here')),
  });
  return {
    flows,
    store,
    pool,
    readModels,
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
};

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENTS_STREAM, FACTS_STREAM, parseFact, parseSubject, type Fact, type RigEvent } from '@rig/contracts';
import {
  createPool,
  createPostgresEventStore,
  createRelayMarker,
  createRelay,
  migrateEventStore,
  type EventStore,
  type SqlPool,
} from '@rig/event-store';
import { silentLogger, systemClock, type Lifecycle } from '@rig/kernel';
import { startService, type RunningService } from '@rig/nest-kit';
import { createValkeyStreamBus, type StreamBus } from '@rig/stream-bus';
import { testDatabase, testRoles, testValkey } from '@rig/testkit';
import { dispatcherService } from '../edge/service.js';

const AGENTS = `agents:
  - { id: author-1, role: author, slots: 2, command: { run: node } }
  - { id: reviewer-1, role: reviewer, slots: 2, command: { run: node } }
`;
const POLICY = `defaults: { dispatch: on, acceptance: auto }
`;

/** A log, a bus and dispatchers on real servers; the conductor is the test. */
export interface TestRig {
  readonly pool: SqlPool;
  readonly bus: StreamBus;
  /** Appends events of a history to the log, as the conductor would. */
  append(events: readonly RigEvent[]): Promise<void>;
  /** Facts on `rig:facts` so far, each id once. */
  facts(): readonly Fact[];
  start(hostname: string): Promise<RunningService>;
  writePolicy(text: string): Promise<void>;
  close(): Promise<void>;
}

const appendTo =
  (store: EventStore) =>
  async (events: readonly RigEvent[]): Promise<void> => {
    for (const { subject, position: _position, version, ...event } of events) {
      const outcome = await store.append({ writes: [{ subject, expectedVersion: version - 1, events: [event] }] });
      if (outcome.status !== 'appended') throw new Error(`${event.type} was not appended: ${outcome.status}`);
    }
  };

const collectFacts = (bus: StreamBus, facts: Map<string, Fact>): Lifecycle =>
  bus.consume<Fact>({
    stream: FACTS_STREAM,
    group: 'conductor',
    consumer: 'test',
    parse: parseFact,
    handle: async ({ value }) => {
      if (parseSubject(value.subject) !== undefined) facts.set(value.id, value);
      return { verdict: 'ack' };
    },
  });

export const startRig = async (): Promise<TestRig> => {
  const [database, valkey] = await Promise.all([testDatabase(), testValkey()]);
  const directory = await mkdtemp(join(tmpdir(), 'rig-dispatcher-'));
  await writeFile(join(directory, 'rig.agents.yaml'), AGENTS);
  await writeFile(join(directory, 'rig.policy.yaml'), POLICY);
  const common = { clock: systemClock, logger: silentLogger };
  // Dispatchers run under the role that a deployment gives them.
  const urls = await testRoles(database.url);
  const pool = createPool({ url: database.url, applicationName: 'test' });
  await migrateEventStore(pool, { schema: 'conductor', logger: silentLogger });
  const bus = createValkeyStreamBus({ url: valkey.url, connectionName: 'test', ...common });
  await bus.ensureGroup(FACTS_STREAM, 'conductor');
  await bus.ensureGroup(EVENTS_STREAM, 'dispatcher');
  const store = createPostgresEventStore({ pool, schema: 'conductor', projections: [], logger: silentLogger });
  const marker = createRelayMarker({ pool, schema: 'conductor' });
  const offersFor = async (): Promise<[]> => [];
  const relay = createRelay({ store, bus, stream: EVENTS_STREAM, marker, offersFor, everyMs: 50, ...common });
  const facts = new Map<string, Fact>();
  const collecting = collectFacts(bus, facts);
  await relay.start();
  await collecting.start();
  const services: RunningService[] = [];
  return {
    pool,
    bus,
    append: appendTo(store),
    facts: () => [...facts.values()],
    start: async (hostname) => {
      const env = {
        HOSTNAME: hostname,
        RIG_PORT: '0',
        RIG_POSTGRES_URL: urls.rig_dispatcher,
        RIG_VALKEY_URL: valkey.url,
        RIG_CONFIG_DIR: directory,
      };
      const service = await startService(dispatcherService, { env, logger: silentLogger });
      services.push(service);
      return service;
    },
    writePolicy: (text) => writeFile(join(directory, 'rig.policy.yaml'), text),
    close: async () => {
      await Promise.all(services.map((service) => service.stop()));
      await collecting.stop();
      await relay.stop();
      await store.close();
      await bus.close();
      await pool.end();
      await Promise.all([database.drop(), valkey.close(), rm(directory, { recursive: true })]);
    },
  };
};

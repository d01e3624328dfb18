import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenSigner, generateKeyPair, type TokenScope } from '@rig/agent-kit';
import {
  currentDataSchema,
  EVENTS_STREAM,
  FACTS_STREAM,
  parseFact,
  type CommittedEnvelope,
  type Fact,
} from '@rig/contracts';
import {
  createPool,
  createPostgresEventStore,
  createRelay,
  createRelayMarker,
  migrateEventStore,
} from '@rig/event-store';
import { derivedId, silentLogger, systemClock } from '@rig/kernel';
import { startService, type RunningService } from '@rig/nest-kit';
import { createValkeyStreamBus } from '@rig/stream-bus';
import { testDatabase, testRoles, testValkey } from '@rig/testkit';
import { guardService } from '../edge/service.js';
import { blockEvent } from './log.fixture.spec.js';

/** Keys and an empty configuration, as an operator would lay them down. */
export const createGuardFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rig-guard-svc-'));
  const keys = await generateKeyPair();
  await writeFile(join(folder, 'agents.public.pem'), keys.publicKeyPem);
  const signer = createTokenSigner({ privateKeyPem: keys.privateKeyPem, clock: systemClock });
  return {
    folder,
    keys,
    token: async (subject: string, scope: TokenScope): Promise<string> =>
      (await signer.sign({ subject, scope, ttlMs: 600_000 })).token,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};

export type GuardFolder = Awaited<ReturnType<typeof createGuardFolder>>;

export interface Servers {
  readonly postgres: string;
  readonly valkey: string;
}

export const guardEnv = (name: string, folder: string, servers: Servers): Record<string, string> => ({
  HOSTNAME: name,
  RIG_PORT: '0',
  RIG_POSTGRES_URL: servers.postgres,
  RIG_VALKEY_URL: servers.valkey,
  RIG_KEYS_DIR: folder,
  RIG_CONFIG_DIR: folder,
});

export const startGuard = (name: string, folder: string, servers: Servers): Promise<RunningService> =>
  startService(guardService, { env: guardEnv(name, folder, servers), logger: silentLogger });

export const check = async (service: { readonly url: string }, token: string, body: unknown) => {
  const answer = await fetch(`${service.url}/v1/check`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

/** What `/readyz` says about the counting of blocks; undefined once blocks are counted. */
export const countingNote = async (service: { readonly url: string }): Promise<string | undefined> => {
  const { parts } = (await (await fetch(`${service.url}/readyz`)).json()) as {
    parts: { name: string; note?: string }[];
  };
  return parts.find(({ name }) => name === 'counting')?.note;
};

type AgentEvent = Omit<CommittedEnvelope, 'position' | 'version'>;

/** The log, and a conductor that commits what is reported to it: one event a fact, on the agent's stream. */
const createLog = async (databaseUrl: string, valkeyUrl: string) => {
  const common = { clock: systemClock, logger: silentLogger };
  const pool = createPool({ url: databaseUrl, applicationName: 'stage' });
  await migrateEventStore(pool, { schema: 'conductor', logger: silentLogger });
  const bus = createValkeyStreamBus({ url: valkeyUrl, connectionName: 'stage', ...common });
  await bus.ensureGroup(FACTS_STREAM, 'conductor');
  await bus.ensureGroup(EVENTS_STREAM, 'guard-svc');
  const store = createPostgresEventStore({ pool, schema: 'conductor', projections: [], logger: silentLogger });
  const relay = createRelay({
    store,
    bus,
    stream: EVENTS_STREAM,
    marker: createRelayMarker({ pool, schema: 'conductor' }),
    offersFor: async () => [],
    everyMs: 50,
    ...common,
  });
  const append = async ({ subject, ...event }: AgentEvent): Promise<void> => {
    const expectedVersion = (await store.readStream(subject)).length;
    const outcome = await store.append({ writes: [{ subject, expectedVersion, events: [event] }] });
    if (outcome.status === 'conflict') await append({ subject, ...event });
  };
  const answer = async (fact: Fact): Promise<void> => {
    const { id, type, subject, source, time, actor } = fact;
    const data = type === 'GUARD_BLOCKED' ? { ...fact.data, taskSubject: null } : { ...fact.data };
    const dataschema = currentDataSchema('GUARD_SPIKE').replace('GUARD_SPIKE', type);
    await append({ id: derivedId(id, 0), source, time, actor, causationid: id, subject, type, dataschema, data });
  };
  const facts = bus.consume<Fact>({
    stream: FACTS_STREAM,
    group: 'conductor',
    consumer: 'stage',
    parse: parseFact,
    handle: async ({ value }) => {
      await answer(value);
      return { verdict: 'ack' };
    },
  });
  await relay.start();
  await facts.start();
  const close = async (): Promise<void> => {
    await facts.stop();
    await relay.stop();
    await store.close();
    await bus.close();
    await pool.end();
  };
  return { pool, bus, store, append, close };
};

/** guard-svc on real servers, under the role that a deployment gives it. */
export const createGuardStage = async () => {
  const [database, valkey, folder] = await Promise.all([testDatabase(), testValkey(), createGuardFolder()]);
  const urls = await testRoles(database.url);
  const log = await createLog(database.url, valkey.url);
  const servers: Servers = { postgres: urls.rig_guard, valkey: valkey.url };
  const services: RunningService[] = [];
  let blocks = 0;
  const all = (): Promise<readonly CommittedEnvelope[]> => log.store.readAll(0, 10_000);
  return {
    ...folder,
    ...log,
    servers,
    start: async (name: string, own: Servers = servers): Promise<RunningService> => {
      const service = await startGuard(name, folder.folder, own);
      services.push(service);
      return service;
    },
    /** Commits a block of so many minutes after noon. */
    block: async (minutes: number, change: Parameters<typeof blockEvent>[2] = {}): Promise<void> => {
      blocks += 1;
      const { position: _position, version: _version, ...event } = blockEvent(blocks, minutes, change);
      await log.append({ ...event, id: derivedId('stage', blocks) });
    },
    spikes: async (): Promise<readonly Record<string, unknown>[]> =>
      (await all()).filter(({ type }) => type === 'GUARD_SPIKE').map(({ data }) => data),
    /** What guard-svc has counted and not yet seen answered. */
    books: async (): Promise<{ blocks: number; waiting: number; position: number }> => {
      const found = await log.pool.query<{ blocks: number; waiting: number; position: number }>(
        `select (select coalesce(sum(blocks), 0)::integer from guard.statistics) as blocks,
                (select count(*)::integer from guard.outbox) as waiting,
                (select position from guard.checkpoint) as position`,
      );
      return found.rows[0] ?? { blocks: -1, waiting: -1, position: -1 };
    },
    head: () => log.store.head(),
    close: async (): Promise<void> => {
      await Promise.all(services.map((service) => service.stop()));
      await log.close();
      await Promise.all([database.drop(), valkey.close(), folder.remove()]);
    },
  };
};

export type GuardStage = Awaited<ReturnType<typeof createGuardStage>>;

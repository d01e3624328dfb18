import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenSigner, generateKeyPair, type TokenScope } from '@rig/agent-kit';
import { FACTS_STREAM, type Assignment, type CommittedEnvelope, type Fact, type TaskBrief } from '@rig/contracts';
import { createPool } from '@rig/event-store';
import { createInbox } from '@rig/inbox';
import { silentLogger, systemClock, uuidv7, type Logger } from '@rig/kernel';
import { startService } from '@rig/nest-kit';
import { createValkeyStreamBus } from '@rig/stream-bus';
import { eventually, testDatabase, testRoles, testValkey } from '@rig/testkit';
import { conductorService } from '../edge/service.js';
import { startTrap, startTrapForge } from './trap-forge.fixture.spec.js';

const AGENTS = `
agents:
  - { id: dev-e-1, role: author, slots: 5, delivery: http, command: { run: node } }
  - { id: dev-e-2, role: author, slots: 5, delivery: http, command: { run: node } }
`;
const POLICY = "defaults: { dispatch: 'on', acceptance: auto }\n";
const APPS = ['CONDUCTOR', 'AUTHOR', 'REVIEWER'] as const;

const collecting = (lines: string[]): Logger => ({
  log: (level, message, fields) => {
    const plain = (_: string, value: unknown): unknown => (value instanceof Error ? `${value.stack}` : value);
    lines.push(JSON.stringify({ level, message, fields }, plain));
  },
});

const writeFiles = async (folder: string) => {
  const keys = await generateKeyPair();
  const app = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await writeFile(join(folder, 'agents.private.pem'), keys.privateKeyPem);
  await writeFile(join(folder, 'agents.public.pem'), keys.publicKeyPem);
  await writeFile(join(folder, 'app.pem'), app.privateKey);
  await writeFile(join(folder, 'rig.agents.yaml'), AGENTS);
  await writeFile(join(folder, 'rig.policy.yaml'), POLICY);
  return { keys, appKey: app.privateKey };
};

const startConductor = (folder: string, forge: string, postgres: string, valkey: string, log: string[]) =>
  startService(conductorService, {
    env: {
      HOSTNAME: 'conductor-0',
      RIG_PORT: '0',
      RIG_POSTGRES_URL: postgres,
      RIG_VALKEY_URL: valkey,
      RIG_CONFIG_DIR: folder,
      RIG_KEYS_DIR: folder,
      GITHUB_API_URL: forge,
      GITHUB_GIT_URL: forge,
      ...Object.fromEntries(
        APPS.flatMap((name, n) => [
          [`GITHUB_${name}_APP_ID`, String(n + 1)],
          [`GITHUB_${name}_PRIVATE_KEY_FILE`, join(folder, 'app.pem')],
        ]),
      ),
    },
    logger: collecting(log),
  });

/** The real conductor under its own database role, with a forge of its own and a trap beside it. */
export const createConductorStage = async () => {
  const [database, valkey, forge, trap] = await Promise.all([
    testDatabase(),
    testValkey(),
    startTrapForge(),
    startTrap(),
  ]);
  const urls = await testRoles(database.url);
  const folder = await mkdtemp(join(tmpdir(), 'rig-conductor-'));
  const secrets = await writeFiles(folder);
  const log: string[] = [];
  const service = await startConductor(folder, forge.url, urls.rig_conductor, valkey.url, log);
  const pool = createPool({ url: urls.rig_conductor, applicationName: 'stage', max: 2 });
  const bus = createValkeyStreamBus({ url: valkey.url, logger: silentLogger, connectionName: 'stage' });
  const inbox = createInbox({ pool, schema: 'conductor', bus, clock: systemClock, logger: silentLogger });
  const signer = createTokenSigner({ privateKeyPem: secrets.keys.privateKeyPem, clock: systemClock });
  const token = async (subject: string, scope: TokenScope): Promise<string> =>
    (await signer.sign({ subject, scope, ttlMs: 600_000 })).token;

  const call = async (method: string, path: string, bearer: string, body?: unknown): Promise<Response> =>
    fetch(`${service.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const as = async (agent: string, method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, await token(agent, 'work'), body);
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>) };
  };
  const events = async (): Promise<readonly CommittedEnvelope[]> => {
    const answer = await call('GET', '/api/events?limit=1000', await token('operator', 'operator'));
    return ((await answer.json()) as { events: CommittedEnvelope[] }).events;
  };
  return {
    service,
    forge,
    trap,
    log,
    secrets,
    folder,
    token,
    call,
    as,
    events,
    /** Waits for an event, told by its type and something of its content. */
    awaitEvent: (type: string, part: string): Promise<CommittedEnvelope> =>
      eventually(
        async () => {
          const found = (await events()).find((event) => event.type === type && JSON.stringify(event).includes(part));
          if (found === undefined) throw new Error(`no ${type} with ${part}`);
          return found;
        },
        { withinMs: 15_000 },
      ),
    deliver: async (event: string, payload: unknown): Promise<string> =>
      (
        await inbox.storeDelivery({
          guid: randomUUID(),
          event,
          headers: {},
          body: Buffer.from(JSON.stringify(payload)),
        })
      ).id,
    /** What became of an entry of the inbox, once it is decided. */
    settled: (id: string): Promise<string> =>
      eventually(
        async () => {
          const item = await inbox.load(id);
          if (item?.settled === undefined) throw new Error('not settled yet');
          return `${item.settled.outcome} ${item.settled.reason}`;
        },
        { withinMs: 15_000 },
      ),
    /** Stores a fact as the gateway does for the agent whose token brought it. */
    report: async (agent: string, type: string, data: unknown, id = uuidv7(Date.now())): Promise<string> => {
      const subject = 'issue/acme/greeter/1';
      const actor = { kind: 'agent', id: agent };
      const fact = { id, type, data, subject, actor, source: `agent/${agent}`, time: new Date().toISOString() };
      await inbox.storeFacts([fact as Fact]);
      return id;
    },
    /** Publishes a fact as a service does. */
    propose: (fact: unknown): Promise<string> => bus.publish(FACTS_STREAM, fact),
    /** Claims the next issue and starts it. */
    startNext: async (agent: string): Promise<TaskBrief> => {
      const claimed = await as(agent, 'GET', `/api/assignments/next?agentId=${agent}&instance=${agent}-0`);
      const { taskId } = claimed.body as unknown as Assignment;
      const worker = { name: `${agent}-0`, incarnation: randomUUID() };
      return (await as(agent, 'POST', `/api/tasks/${taskId}/start`, { agentId: agent, worker }))
        .body as unknown as TaskBrief;
    },
    close: async (): Promise<void> => {
      await service.stop();
      await inbox.close();
      await bus.close();
      await pool.end();
      await Promise.all([forge.close(), trap.close(), valkey.close(), database.drop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
};

export type ConductorStage = Awaited<ReturnType<typeof createConductorStage>>;

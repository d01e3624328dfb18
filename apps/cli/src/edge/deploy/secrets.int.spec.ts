import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTokenVerifier } from '@rig/agent-kit';
import { startValkey, type EmbeddedServer } from '@rig/embedded';
import { silentLogger, systemClock } from '@rig/kernel';
import { createPool } from '@rig/event-store';
import { createValkeyStreamBus } from '@rig/stream-bus';
import { testDatabase } from '@rig/testkit';
import { secretKeysOf } from '../../core/deploy/services.js';
import { checkoutRoot } from '../checkout.js';
import { openChart } from './chart.js';
import { readServices } from './read-services.js';
import { writeSecrets } from './secrets-command.js';
import { findHelm } from './tools/helm.js';
import { jobAgent, leastValues, mergeValues, warmAgent } from '../../core/deploy/values-matrix.js';

let folder: string;
let out: string;
const read = (name: string): Promise<string> => readFile(join(out, name), 'utf8');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-secrets-'));
  out = join(folder, 'secrets');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = {
  postgres: 'postgres://db.example:5432/rig',
  valkey: 'redis://valkey.example:6379',
  agents: ['dev-e-1', 'dev-e-2'],
  ttlMs: 3_600_000,
};

describe('rig deploy secrets', () => {
  it('makes every key that the chart mounts, in a folder for its owner only', async () => {
    const missing = await writeSecrets({ ...options, out });
    expect(missing).toEqual(['github.author.pem', 'github.conductor.pem', 'github.reviewer.pem']);
    expect((await stat(out)).mode & 0o777).toBe(0o700);
    const there = await readdir(out);
    const wanted = (await readServices(checkoutRoot)).flatMap(secretKeysOf);
    expect([...there, ...missing]).toEqual(expect.arrayContaining(wanted));
  });

  it('leaves out nothing that a rendered pod names', async () => {
    const helm = await findHelm({ fetch: false, log: () => undefined });
    if (!helm.ok) return;
    const values = mergeValues(leastValues, { agents: [warmAgent, jobAgent] });
    const { manifests } = await openChart(helm.value, `${checkoutRoot}/charts/rig`).template(values);
    const named = [...JSON.stringify(manifests).matchAll(/"key":"([^"]+)","path"/g)].map(([, key = '']) => key);
    const there = await readdir(out);
    const config = ['rig.agents.yaml', 'rig.policy.yaml'];
    expect(named.filter((key) => !there.includes(key) && !key.startsWith('github.') && !config.includes(key))).toEqual(
      [],
    );
  });

  it('keeps passwords and keys when it runs again, and adds an agent', async () => {
    const before = [
      await read('conductor.RIG_POSTGRES_URL'),
      await read('agents.private.pem'),
      await read('keda.password'),
    ];
    await writeSecrets({ ...options, out, agents: [...options.agents, 'review-e-1'] });
    expect([
      await read('conductor.RIG_POSTGRES_URL'),
      await read('agents.private.pem'),
      await read('keda.password'),
    ]).toEqual(before);
    expect(await read('agent-review-e-1.RIG_VALKEY_URL')).toContain('redis://agent-review-e-1:');
    const verifier = createTokenVerifier({ publicKeyPem: await read('agents.public.pem'), clock: systemClock });
    expect(await verifier.verify(await read('agent-review-e-1.enrolment'))).toMatchObject({
      ok: true,
      value: { subject: 'review-e-1', scopes: ['enrol'] },
    });
  });

  it('makes roles that can log in to Postgres', async () => {
    const database = await testDatabase();
    const admin = createPool({ url: database.url, applicationName: 'admin', max: 1 });
    try {
      // Roles belong to the server, which other tests share: their passwords stay as they are.
      const sql = (await read('postgres.roles.sql')).replaceAll(/^alter role .* password .*$/gm, '');
      await admin.query(sql);
      const roles = await admin.query<{ rolname: string }>("select rolname from pg_roles where rolname like 'rig_%'");
      expect(roles.rows.map(({ rolname }) => rolname)).toEqual(
        expect.arrayContaining(['rig_conductor', 'rig_gateway', 'rig_dispatcher']),
      );
    } finally {
      await admin.end();
      await database.drop();
    }
  });
});

describe('Valkey with these users', () => {
  let valkey: EmbeddedServer;
  beforeAll(async () => {
    valkey = await startValkey({ dataDir: join(folder, 'valkey') });
  });
  afterAll(() => valkey.stop());

  it('lets each in with its own password, shows KEDA the numbers, and nobody in without a name', async () => {
    const { hostname, port } = new URL(valkey.url);
    const lines = (await read('valkey.users.acl')).split('\n').filter((line) => line.startsWith('user '));
    const setup = createValkeyStreamBus({ url: valkey.url, logger: silentLogger, connectionName: 'setup' });
    await setup.ensureGroup('rig:dev-e-1:tasks', 'workers');
    await setup.close();
    await runCommandOn(valkey.url, lines);
    const login = async (url: string): Promise<boolean> => {
      const own = new URL(url);
      own.hostname = hostname;
      own.port = port;
      const bus = createValkeyStreamBus({ url: own.href, logger: silentLogger, connectionName: 'login' });
      try {
        return await bus.ping().catch(() => false);
      } finally {
        await bus.close();
      }
    };
    expect(await login(await read('gateway.RIG_VALKEY_URL'))).toBe(true);
    expect(await login(await read('agent-dev-e-1.RIG_VALKEY_URL'))).toBe(true);
    const keda = `redis://keda:${await read('keda.password')}@h`;
    expect(await login(keda)).toBe(true);
    expect(await login(`redis://keda:wrong@h`)).toBe(false);
  });
});

/** Loads users as `--aclfile` would; the last line shuts the door behind whoever gives no name. */
const runCommandOn = async (url: string, lines: readonly string[]): Promise<void> => {
  const { valkeyCommands } = await import('@rig/testkit');
  const commands = lines.map((line) => ['ACL', 'SETUSER', ...aclWords(line.replace(/^user /, ''))]);
  const [off, ...users] = commands;
  await valkeyCommands(new URL(url), [...users, ...(off === undefined ? [] : [off])]);
};

/** Words of an ACL line; a selector in brackets is one. */
const aclWords = (line: string): string[] => line.match(/\([^)]*\)|\S+/g) ?? [];

import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenSigner, generateKeyPair, type KeyPair, type TokenScope } from '@rig/agent-kit';
import { createPool, inTransaction, migrateEventStore, type SqlPool } from '@rig/event-store';
import { migrateInbox } from '@rig/inbox';
import { silentLogger, systemClock, type Logger } from '@rig/kernel';
import { startService, type RunningService } from '@rig/nest-kit';
import { testDatabase, testRoles, testValkey } from '@rig/testkit';
import { gatewayService } from '../edge/service.js';

export const SECRET = 'the webhook secret of these tests';

export interface GatewayStage {
  readonly service: RunningService;
  readonly keys: KeyPair;
  /** Everything the service logged, as it would be written. */
  readonly log: readonly string[];
  token(subject: string, scope: TokenScope | readonly TokenScope[]): Promise<string>;
  /** Rows of the inbox, seen by its owner. */
  rows(): Promise<readonly { readonly kind: string; readonly event: string; readonly body: string }[]>;
  /** Nothing can be stored in the inbox until `work` has ended. */
  whileStoreIsHeld(work: () => Promise<void>): Promise<void>;
  webhook(body: Buffer | string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  events(body: unknown, token: string): Promise<Response>;
  close(): Promise<void>;
}

export const signatureOf = (body: Buffer | string): string =>
  `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;

const collecting = (lines: string[]): Logger => ({
  log: (level, message, fields) =>
    void lines.push(
      JSON.stringify({ level, message, fields }, (_, value: unknown) =>
        value instanceof Error ? String(value.stack) : value,
      ),
    ),
});

/** The real gateway, under the database role that a deployment gives it. */
export const createGatewayStage = async (env: Readonly<Record<string, string>> = {}): Promise<GatewayStage> => {
  const [database, valkey, keys] = [await testDatabase(), await testValkey(), await generateKeyPair()];
  const urls = await testRoles(database.url);
  const owner: SqlPool = createPool({ url: urls.rig_conductor, applicationName: 'owner', max: 2 });
  await migrateEventStore(owner, { schema: 'conductor', logger: silentLogger });
  await migrateInbox(owner, { schema: 'conductor', logger: silentLogger });
  const folder = await mkdtemp(join(tmpdir(), 'rig-gateway-'));
  await writeFile(join(folder, 'agents.public.pem'), keys.publicKeyPem);
  const log: string[] = [];
  const service = await startService(gatewayService, {
    env: {
      HOSTNAME: 'gateway-0',
      RIG_PORT: '0',
      RIG_POSTGRES_URL: urls.rig_gateway,
      RIG_VALKEY_URL: valkey.url,
      RIG_KEYS_DIR: folder,
      GITHUB_WEBHOOK_SECRET: SECRET,
      ...env,
    },
    logger: collecting(log),
  });
  const signer = createTokenSigner({ privateKeyPem: keys.privateKeyPem, clock: systemClock });
  const post = (path: string, body: Buffer | string, headers: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(`${service.url}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  return {
    service,
    keys,
    log,
    token: async (subject, scope) => (await signer.sign({ subject, scope, ttlMs: 60_000 })).token,
    rows: async () =>
      (
        await owner.query<{ kind: string; event: string; body: string }>(
          "select kind, event, convert_from(body, 'UTF8') as body from conductor.inbox order by id",
        )
      ).rows,
    whileStoreIsHeld: (work) =>
      inTransaction(owner, async (client) => {
        await client.query("select pg_advisory_xact_lock(hashtextextended('rig.inbox.conductor', 0))");
        await work();
      }),
    webhook: (body, headers = {}) =>
      post('/api/webhook/github', body, {
        'x-github-event': 'issues',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': signatureOf(body),
        ...headers,
      }),
    events: (body, token) => post('/api/events', JSON.stringify(body), { authorization: `Bearer ${token}` }),
    close: async () => {
      await service.stop();
      await owner.end();
      await valkey.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

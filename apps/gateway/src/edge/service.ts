import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTokenVerifier } from '@rig/agent-kit';
import { INBOX_STREAM, GROUPS } from '@rig/contracts';
import { createPool, databaseFailure } from '@rig/event-store';
import { createInbox, migrateInbox } from '@rig/inbox';
import { createNameWatch, defineService } from '@rig/nest-kit';
import { createValkeyStreamBus } from '@rig/stream-bus';
import { AppModule } from '../app.module.js';
import { GatewayConfig } from '../config.js';

/** Schema of the inbox, which the gateway fills and the conductor empties. */
const SCHEMA = 'conductor';

export const gatewayService = defineService({
  name: 'gateway',
  configSchema: GatewayConfig,
  create: async (config, kit) => {
    const { logger, clock, hostname } = kit;
    const publicKeyPem = await readFile(join(config.RIG_KEYS_DIR, 'agents.public.pem'), 'utf8');
    const pool = createPool({ url: config.RIG_POSTGRES_URL, applicationName: hostname, logger });
    await migrateInbox(pool, { schema: SCHEMA, logger });
    const bus = createValkeyStreamBus({ url: config.RIG_VALKEY_URL, logger, clock, connectionName: hostname });
    const inbox = createInbox({ pool, schema: SCHEMA, bus, clock, logger });
    const names = createNameWatch({ bus, kit, of: 'gateway' });
    return {
      module: AppModule.with({
        inbox,
        verifier: createTokenVerifier({ publicKeyPem, clock }),
        webhookSecret: config.GITHUB_WEBHOOK_SECRET,
      }),
      parts: [
        { name: 'postgres', start: async () => void (await pool.query('select 1')), stop: () => pool.end() },
        {
          name: 'valkey',
          // A Valkey that is away delays nothing here: what is stored is found by the conductor's sweep.
          start: () =>
            Promise.all(GROUPS[INBOX_STREAM].map((group) => bus.ensureGroup(INBOX_STREAM, group))).then(
              () => undefined,
              () => undefined,
            ),
          stop: () => bus.close(),
        },
        names,
      ],
      ready: {
        postgres: async () => {
          await pool.query('select 1');
          return { ready: true };
        },
        valkey: async () => ({ ready: await bus.ping() }),
        name: names.check,
      },
      translate: databaseFailure,
    };
  },
});

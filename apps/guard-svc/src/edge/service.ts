import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createTokenVerifier } from '@rig/agent-kit';
import { EVENTS_STREAM, FACTS_STREAM, GROUPS } from '@rig/contracts';
import {
  createOrderedReader,
  createPool,
  createPostgresEventLog,
  databaseFailure,
  migrate,
  type SqlPool,
} from '@rig/event-store';
import { NO_POLICY, parseGuardPolicy, type GuardPolicy } from '@rig/guard';
import { accept, messageOf, withDeadline, type Logger, type Refusal, type Result } from '@rig/kernel';
import {
  createNameWatch,
  defineService,
  loadConfig,
  watchYaml,
  type Kit,
  type ReadyCheck,
  type Service,
  type ServicePart,
} from '@rig/nest-kit';
import { createOutbox, migrateOutbox } from '@rig/outbox';
import { createValkeyStreamBus, type StreamBus } from '@rig/stream-bus';
import { AppModule } from '../app.module.js';
import { GuardConfig, SCHEMA } from '../config.js';
import { createAnswerQuestions } from '../flows/answer-questions.js';
import { createCheckCommands } from '../flows/check-commands.js';
import { createReportBlocks } from '../flows/report-blocks.js';
import { createTakeEvent } from '../flows/take-event.js';
import { createBookkeeping } from './bookkeeping.js';
import { createLedger } from './ledger.js';
import { createMetrics, type GuardMetrics } from './metrics.js';
import { createReadStatistics } from './statistics.js';

/** Schema of the log, which the conductor owns and everyone may read. */
const LOG_SCHEMA = 'conductor';
const GROUP = 'guard-svc';

/** A fact that nobody answers is sent again this often, in milliseconds, for about a day. */
const RESEND_MS = 10_000;
const MAX_TRIES = 8_640;

const migrateGuard = async (pool: SqlPool, logger: Logger): Promise<void> => {
  await migrateOutbox(pool, { schema: SCHEMA, logger });
  await migrate(pool, { schema: SCHEMA, directory: new URL('../../sql/', import.meta.url), set: 'guard', logger });
};

const prepare = async (pool: SqlPool, bus: StreamBus, { logger }: Kit): Promise<void> => {
  await migrateGuard(pool, logger);
  try {
    for (const stream of [EVENTS_STREAM, FACTS_STREAM] as const) {
      for (const group of GROUPS[stream]) await bus.ensureGroup(stream, group);
    }
  } catch (error) {
    // Valkey may come later: the log is read meanwhile, and facts wait in the outbox.
    logger.log('warn', 'the groups were not made', { error: messageOf(error) });
  }
};

/** Shorter than a check may take, in milliseconds. */
const PING_MS = 1_000;

/** Ready in any case: a decision needs no stream. */
const valkeyCheck =
  (bus: StreamBus): ReadyCheck =>
  async () => {
    const there = await withDeadline('a ping', PING_MS, () => bus.ping()).catch(() => false);
    return { ready: true, ...(there ? {} : { note: 'Valkey is away; what happens is read from the log' }) };
  };

/** What is kept of the log, and what takes it in. */
const createBooks = (pool: SqlPool, bus: StreamBus, kit: Kit, metrics: GuardMetrics) => {
  const { logger, clock, hostname } = kit;
  const log = createPostgresEventLog({ pool, schema: LOG_SCHEMA, clock, logger });
  const outbox = createOutbox({
    pool,
    schema: SCHEMA,
    bus,
    resendMs: RESEND_MS,
    maxTries: MAX_TRIES,
    clock,
    logger,
    onOutcome: metrics.pass,
  });
  const ledger = createLedger({ pool, schema: SCHEMA, outbox });
  const take = createTakeEvent({
    ledger,
    facts: outbox,
    clock,
    logger,
    onOutcome: metrics.event,
    onBlock: metrics.blocked,
    onSpike: metrics.spiked,
  });
  const bookkeeping = createBookkeeping({
    clock,
    logger,
    log,
    ledger,
    outbox,
    prepare: () => prepare(pool, bus, kit),
    openReader: (from) =>
      createOrderedReader({
        log,
        bus,
        stream: EVENTS_STREAM,
        group: GROUP,
        consumer: hostname,
        from,
        onEvent: async (event) => {
          await take(event);
          metrics.position(event.position);
        },
        clock,
        logger,
        onOutcome: metrics.pass,
      }),
  });
  return { log, outbox, bookkeeping };
};

/** Without a file the built-in rules hold alone, under the name that everybody gives them. */
const parsePolicy = (text: string): Result<GuardPolicy, Refusal> =>
  text === '' ? accept(NO_POLICY) : parseGuardPolicy(text);

/** What is open already and only has to be closed. */
const closing = (name: string, stop: () => Promise<void>): ServicePart => ({
  name,
  start: async () => undefined,
  stop,
});

const createService = async (config: GuardConfig, kit: Kit): Promise<Service> => {
  const { logger, clock, hostname } = kit;
  const publicKeyPem = await readFile(join(config.RIG_KEYS_DIR, 'agents.public.pem'), 'utf8');
  const policyFile = await watchYaml(join(config.RIG_CONFIG_DIR, 'guard.policy.yaml'), parsePolicy, {
    logger,
    clock,
    whenMissing: '',
  });
  const pool = createPool({ url: config.RIG_POSTGRES_URL, applicationName: hostname, logger });
  const bus = createValkeyStreamBus({ url: config.RIG_VALKEY_URL, logger, clock, connectionName: hostname });
  const metrics = createMetrics(kit);
  const { log, outbox, bookkeeping } = createBooks(pool, bus, kit, metrics);
  const reports = createReportBlocks({
    facts: () => (bookkeeping.prepared() ? outbox : undefined),
    clock,
    logger,
    onWaiting: metrics.waiting,
    onDropped: metrics.dropped,
  });
  const check = createCheckCommands({
    policy: policyFile.current,
    pause: () => setImmediate(),
    seconds: () => performance.now() / 1_000,
    onDecision: metrics.decided,
  });
  const names = createNameWatch({ bus, kit, of: GROUP });
  return {
    module: AppModule.with({
      answer: createAnswerQuestions({ check, report: reports.report, clock }),
      statistics: createReadStatistics(pool, SCHEMA),
      verifier: createTokenVerifier({ publicKeyPem, clock }),
    }),
    parts: [
      closing('postgres', () => pool.end()),
      closing('valkey', () => bus.close()),
      closing('log', () => log.close()),
      names,
      policyFile,
      { name: 'blocks', start: reports.start, stop: reports.stop },
      bookkeeping,
    ],
    ready: {
      counting: bookkeeping.check,
      valkey: valkeyCheck(bus),
      name: names.check,
      policy: policyFile.check,
    },
    translate: databaseFailure,
  };
};

/** The guard over HTTP, and the books of what it refused: everything wired, nothing decided. */
export const guardService = defineService({
  name: 'guard-svc',
  configSchema: GuardConfig,
  create: createService,
  migrate: async (env, logger) => {
    const { RIG_POSTGRES_URL: url } = loadConfig(GuardConfig.pick({ RIG_POSTGRES_URL: true }), env);
    const pool = createPool({ url, applicationName: 'guard-svc migrate', max: 2, logger });
    await migrateGuard(pool, logger).finally(() => pool.end());
  },
});

import { FACTS_STREAM, type Fact } from '@rig/contracts';
import { checkSchemaName, migrate, type SqlPool, type SqlRunner } from '@rig/event-store';
import { createLoop, faultPoint, type Clock, type Lifecycle, type Logger } from '@rig/kernel';
import type { StreamBus } from '@rig/stream-bus';

export interface OutboxOptions {
  /** Made by `createPool`; its owner ends it. */
  readonly pool: SqlPool;
  /** The service's own schema. */
  readonly schema: string;
  readonly bus: Pick<StreamBus, 'publishMany'>;
  /** Default `rig:facts`. */
  readonly stream?: string;
  /** A fact that was not answered is sent again after so long, in milliseconds. Default 5000. */
  readonly resendMs?: number;
  /** Sendings of one fact at most. Default 20; those that the bus did not take are not counted. */
  readonly maxTries?: number;
  readonly clock: Clock;
  readonly logger: Logger;
  onOutcome?(loop: string, outcome: string): void;
}

export interface OutboxCounts {
  readonly waiting: number;
  readonly givenUp: number;
}

/** Keeps facts until they are answered. Started, it sends what is due; several processes may run it on one table. */
export interface Outbox extends Lifecycle {
  /** Keeps facts, in the caller's transaction if one is given, and sends them soon; known ids are passed over. */
  put(facts: readonly Fact[], client?: SqlRunner): Promise<void>;
  /** Drops facts by id, known or not: the log has answered them. */
  settle(ids: readonly string[]): Promise<void>;
  /** `sent`, `given-up` or `idle`. */
  once(): Promise<string>;
  counts(): Promise<OutboxCounts>;
}

interface OutboxRow {
  readonly id: string;
  readonly json: string;
}

const BATCH = 100;
/** Given-up facts are kept to be looked at. */
const KEEP_GIVEN_UP_MS = 7 * 24 * 3_600_000;

/** The outbox's table and that of snapshots, in the service's own schema. */
export const migrateOutbox = (
  pool: SqlPool,
  options: { readonly schema: string; readonly logger: Logger },
): Promise<readonly string[]> =>
  migrate(pool, { ...options, directory: new URL('../sql/', import.meta.url), set: 'outbox' });

const createSender = (options: OutboxOptions, schema: string) => {
  const { pool, bus, clock, logger } = options;
  const resendMs = options.resendMs ?? 5_000;

  /** What was sent often enough and is due once more gets no further try. */
  const giveUp = async (now: Date): Promise<number> => {
    const found = await pool.query<{ id: string }>(
      `update ${schema}.outbox set given_up_at = $1
         where given_up_at is null and next_send_at <= $1 and tries >= $2 returning id`,
      [now, options.maxTries ?? 20],
    );
    for (const { id } of found.rows) {
      logger.log('warn', 'a fact was never answered and is given up', { schema, id });
    }
    await pool.query(`delete from ${schema}.outbox where given_up_at < $1`, [
      new Date(now.getTime() - KEEP_GIVEN_UP_MS),
    ]);
    return found.rows.length;
  };

  const send = async (now: Date): Promise<number> => {
    const due = await pool.query<OutboxRow>(
      `select id, json from ${schema}.outbox where given_up_at is null and next_send_at <= $1
         order by put_at, id limit $2`,
      [now, BATCH],
    );
    if (due.rows.length === 0) return 0;
    faultPoint('outbox.before-xadd');
    await bus.publishMany(
      options.stream ?? FACTS_STREAM,
      due.rows.map(({ json }): unknown => JSON.parse(json)),
    );
    faultPoint('outbox.after-xadd');
    // Counted behind the sending: while the bus is away no try is used up. Sent twice is harmless, an id counts once.
    await pool.query(`update ${schema}.outbox set tries = tries + 1, next_send_at = $2 where id = any($1::uuid[])`, [
      due.rows.map(({ id }) => id),
      new Date(now.getTime() + resendMs),
    ]);
    return due.rows.length;
  };

  return async (): Promise<string> => {
    const now = new Date(clock.now());
    const givenUp = await giveUp(now);
    if ((await send(now)) > 0) return 'sent';
    return givenUp > 0 ? 'given-up' : 'idle';
  };
};

export const createOutbox = (options: OutboxOptions): Outbox => {
  const { pool, clock } = options;
  const schema = checkSchemaName(options.schema);
  const once = createSender(options, schema);
  const loop = createLoop({
    name: `outbox ${schema}`,
    once,
    everyMs: 1_000,
    again: ['sent', 'given-up'],
    clock,
    logger: options.logger,
    ...(options.onOutcome === undefined ? {} : { onOutcome: options.onOutcome }),
  });
  return {
    start: loop.start,
    stop: loop.stop,
    once,
    put: async (facts, client = pool) => {
      if (facts.length === 0) return;
      await client.query(
        `insert into ${schema}.outbox (id, json, put_at, next_send_at)
           select id, json, $3, $3 from unnest($1::uuid[], $2::text[]) as f(id, json) on conflict (id) do nothing`,
        [facts.map(({ id }) => id), facts.map((fact) => JSON.stringify(fact)), new Date(clock.now())],
      );
      faultPoint('outbox.after-put');
      loop.wake();
    },
    settle: async (ids) => {
      if (ids.length === 0) return;
      await pool.query(`delete from ${schema}.outbox where id = any($1::uuid[])`, [[...ids]]);
    },
    counts: async () => {
      const found = await pool.query<{ waiting: number; given_up: number }>(
        `select count(*) filter (where given_up_at is null)::integer as waiting,
                count(given_up_at)::integer as given_up from ${schema}.outbox`,
      );
      return { waiting: found.rows[0]?.waiting ?? 0, givenUp: found.rows[0]?.given_up ?? 0 };
    },
  };
};

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
  /**
   * The same without waiting, unless 10,000 wait to be dropped already: then it rejects while they cannot be. `settled`
   * waits for all of them.
   */
  settleSoon(ids: readonly string[]): Promise<void>;
  /** Resolves when everything that was to be dropped is; rejects while it cannot be. */
  settled(): Promise<void>;
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

interface DueRow extends OutboxRow {
  readonly tries: number;
}

const createSender = (options: OutboxOptions, schema: string) => {
  const { pool, bus, clock, logger } = options;
  const { resendMs = 5_000, maxTries = 20, stream = FACTS_STREAM } = options;

  const publish = async (facts: readonly unknown[]): Promise<void> => {
    await bus.publishMany(stream, facts);
    faultPoint('outbox.after-xadd');
  };

  /** What was sent often enough and is due once more gets no further try. */
  const giveUp = async (now: Date, ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return;
    await pool.query(`update ${schema}.outbox set given_up_at = $1 where id = any($2::uuid[])`, [now, [...ids]]);
    for (const id of ids) logger.log('warn', 'a fact was never answered and is given up', { schema, id });
  };

  const send = async (now: Date, due: readonly OutboxRow[]): Promise<void> => {
    if (due.length === 0) return;
    await publish(due.map(({ json }): unknown => JSON.parse(json)));
    // Counted behind the sending: while the bus is away no try is used up. Sent twice is harmless, an id counts once.
    await pool.query(`update ${schema}.outbox set tries = tries + 1, next_send_at = $2 where id = any($1::uuid[])`, [
      due.map(({ id }) => id),
      new Date(now.getTime() + resendMs),
    ]);
  };

  return {
    publish,
    once: async (): Promise<string> => {
      const now = new Date(clock.now());
      const found = await pool.query<DueRow>({
        name: `outbox.due.${schema}`,
        text: `select id, json, tries from ${schema}.outbox where given_up_at is null and next_send_at <= $1
                 order by put_at, id limit $2`,
        values: [now, BATCH],
      });
      const hopeless = found.rows.filter(({ tries }) => tries >= maxTries).map(({ id }) => id);
      await giveUp(now, hopeless);
      await send(
        now,
        found.rows.filter(({ tries }) => tries < maxTries),
      );
      if (hopeless.length < found.rows.length) return 'sent';
      if (hopeless.length > 0) return 'given-up';
      await pool.query(`delete from ${schema}.outbox where given_up_at < $1`, [
        new Date(now.getTime() - KEEP_GIVEN_UP_MS),
      ]);
      return 'idle';
    },
  };
};

/** Ids that may wait to be deleted, while the database is away. */
const MAX_WAITING = 10_000;

/** Deletes what was answered, all that came meanwhile at once. */
const createSettler = (pool: SqlPool, schema: string) => {
  let waiting: readonly string[] = [];
  let under: Promise<void> | undefined;
  const deleteAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const ids = waiting.slice(0, 1_000);
      const text = `delete from ${schema}.outbox where id = any($1::uuid[])`;
      await pool.query({ name: `outbox.settle.${schema}`, text, values: [ids] });
      waiting = waiting.slice(ids.length);
    }
  };
  const settled = (): Promise<void> =>
    (under ??= deleteAll().finally(() => {
      under = undefined;
    }));
  return {
    settleSoon: async (ids: readonly string[]): Promise<void> => {
      if (ids.length === 0) return;
      if (waiting.length >= MAX_WAITING) await settled();
      waiting = [...waiting, ...ids];
      // What could not be deleted is deleted with the next, or when somebody waits for it.
      settled().catch(() => undefined);
    },
    settled,
  };
};

/** Keeps facts, and sends them from here when somebody runs the outbox: what was just written need not be read again. */
const createPut = (options: OutboxOptions, schema: string, sender: ReturnType<typeof createSender>) => {
  const { pool, clock, resendMs = 5_000 } = options;
  const sending = new Set<Promise<void>>();

  const insert = async (facts: readonly Fact[], client: SqlRunner, sent: boolean): Promise<Set<string>> => {
    const now = clock.now();
    const found = await client.query<{ id: string }>({
      name: `outbox.put.${schema}`,
      text: `insert into ${schema}.outbox (id, json, put_at, next_send_at, tries)
               select id, json, $3, $4, $5 from unnest($1::uuid[], $2::text[]) as f(id, json)
               on conflict (id) do nothing returning id`,
      values: [
        facts.map(({ id }) => id),
        facts.map((fact) => JSON.stringify(fact)),
        new Date(now),
        new Date(sent ? now + resendMs : now),
        sent ? 1 : 0,
      ],
    });
    faultPoint('outbox.after-put');
    return new Set(found.rows.map(({ id }) => id));
  };

  const sendNow = async (facts: readonly Fact[], wake: () => void): Promise<void> => {
    try {
      await sender.publish(facts);
    } catch {
      // Not sent after all: due at once, and no try used up.
      const ids = facts.map(({ id }) => id);
      const text = `update ${schema}.outbox set tries = 0, next_send_at = $2 where id = any($1::uuid[])`;
      await pool.query(text, [ids, new Date(clock.now())]).catch(() => undefined);
      wake();
    }
  };

  return {
    insert,
    insertAndSend: async (facts: readonly Fact[], wake: () => void): Promise<void> => {
      const fresh = await insert(facts, pool, true);
      const news = facts.filter(({ id }) => fresh.delete(id));
      if (news.length === 0) return;
      const under = sendNow(news, wake).finally(() => sending.delete(under));
      sending.add(under);
    },
    drain: async (): Promise<void> => void (await Promise.all(sending)),
  };
};

export const createOutbox = (options: OutboxOptions): Outbox => {
  const { pool } = options;
  const schema = checkSchemaName(options.schema);
  const sender = createSender(options, schema);
  const putting = createPut(options, schema, sender);
  const settling = createSettler(pool, schema);
  let running = false;
  const loop = createLoop({
    name: `outbox ${schema}`,
    once: sender.once,
    everyMs: 1_000,
    again: ['sent', 'given-up'],
    clock: options.clock,
    logger: options.logger,
    ...(options.onOutcome === undefined ? {} : { onOutcome: options.onOutcome }),
  });
  return {
    ...settling,
    once: sender.once,
    start: async () => {
      running = true;
      await loop.start();
    },
    stop: async () => {
      running = false;
      await loop.stop();
      await putting.drain();
    },
    put: async (facts, client = pool) => {
      if (facts.length === 0) return;
      // Inside another's transaction nothing may be sent: it may yet be rolled back.
      if (running && client === pool) return putting.insertAndSend(facts, loop.wake);
      await putting.insert(facts, client, false);
      loop.wake();
    },
    settle: async (ids) => {
      await settling.settleSoon(ids);
      await settling.settled();
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

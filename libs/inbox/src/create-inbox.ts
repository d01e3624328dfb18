import { INBOX_STREAM, type Fact } from '@rig/contracts';
import { checkSchemaName, createBatchQueue, migrate, type SqlPool } from '@rig/event-store';
import { faultPoint, messageOf, RigError, uuidv7, withDeadline, type Clock, type Logger } from '@rig/kernel';
import type { StreamBus } from '@rig/stream-bus';
import type { Inbox, StoreOutcome } from './inbox.js';
import { createInboxReads } from './read-inbox.js';
import { createSettling } from './settling.js';
import { createStoreBatch, type Incoming } from './store-batch.js';

export interface InboxOptions {
  /** Made by `createPool`; its owner ends it. */
  readonly pool: SqlPool;
  /** Schema of the table: `conductor`. */
  readonly schema: string;
  readonly bus: Pick<StreamBus, 'publishMany'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const MAX_BATCH = 256;
/** Beyond these the gateway answers 503: a forge that gets no answer in 10 s takes the delivery for lost anyway. */
const MAX_QUEUE = 2_000;
const MAX_BATCH_BYTES = 32 * 1024 * 1024;
const MAX_QUEUE_BYTES = 128 * 1024 * 1024;
/** A forge waits 10 s. */
const STORE_DEADLINE_MS = 8_000;
const PUBLISH_DEADLINE_MS = 2_000;

/** The inbox's table and functions. Runs in the conductor's schema, next to the event store's. */
export const migrateInbox = (
  pool: SqlPool,
  options: { readonly schema: string; readonly logger: Logger },
): Promise<readonly string[]> =>
  migrate(pool, { ...options, directory: new URL('../sql/', import.meta.url), set: 'inbox' });

/** Wakes the conductor. A lost wake-up costs only time: what is stored is found by `wakeUndecided`. */
const createWaker = ({ bus, logger }: InboxOptions) => {
  const underWay = new Set<Promise<void>>();
  const publish = async (ids: readonly string[]): Promise<void> => {
    try {
      const values = ids.map((inboxId) => ({ inboxId }));
      await withDeadline('the wake-up', PUBLISH_DEADLINE_MS, () => bus.publishMany(INBOX_STREAM, values));
      faultPoint('inbox.after-xadd');
    } catch (error) {
      logger.log('warn', 'stored, but nobody could be woken', { items: ids.length, error: messageOf(error) });
    }
  };
  return {
    publish,
    publishSoon: (ids: readonly string[]): void => {
      if (ids.length === 0) return;
      const done = publish(ids).finally(() => underWay.delete(done));
      underWay.add(done);
    },
    drain: async (): Promise<void> => {
      await Promise.all(underWay);
    },
  };
};

const withStoreDeadline = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await withDeadline('storing', STORE_DEADLINE_MS, () => work);
  } catch (error) {
    if (!(error instanceof RigError) || error.code !== 'DEADLINE_EXCEEDED') throw error;
    throw new RigError({
      code: 'INBOX_UNAVAILABLE',
      kind: 'retryable',
      message: `the inbox did not commit within ${STORE_DEADLINE_MS} ms`,
      fix: 'Check that Postgres keeps up; the sender tries again, and a repetition is recognised.',
      cause: error,
    });
  }
};

const createMaintenance = (
  { pool, clock }: InboxOptions,
  schema: string,
  publish: (ids: readonly string[]) => Promise<void>,
): Pick<Inbox, 'wakeUndecided' | 'deleteSettled'> => ({
  wakeUndecided: async (limit = 256) => {
    const now = new Date(clock.now());
    const found = await pool.query<{ id: string }>(
      `update ${schema}.inbox set wakes = wakes + 1,
           next_wake_at = $1::timestamptz + least(300, 10 * 2 ^ least(wakes, 10)) * interval '1 second'
         where id in (select id from ${schema}.inbox where settled_at is null and next_wake_at <= $1
                        order by next_wake_at limit $2 for update skip locked)
         returning id`,
      [now, limit],
    );
    const ids = found.rows.map(({ id }) => id);
    if (ids.length > 0) await publish(ids);
    return ids.length;
  },
  deleteSettled: async ({ olderThanMs, limit = 1_000 }) => {
    const deleted = await pool.query(
      `delete from ${schema}.inbox where id in (
         select id from ${schema}.inbox where settled_at <= $1 order by settled_at limit $2)`,
      [new Date(clock.now() - olderThanMs), limit],
    );
    return deleted.rowCount ?? 0;
  },
});

/** Where everything from outside is accepted and kept; `migrateInbox` must have run. */
export const createInbox = (options: InboxOptions): Inbox => {
  const { pool, clock } = options;
  const schema = checkSchemaName(options.schema);
  const waker = createWaker(options);
  const queue = createBatchQueue<Incoming>({
    run: createStoreBatch({ pool, schema, clock, onStored: waker.publishSoon }),
    maxBatch: MAX_BATCH,
    maxQueue: MAX_QUEUE,
    weight: { of: ({ body }) => body.length, maxBatch: MAX_BATCH_BYTES, maxQueue: MAX_QUEUE_BYTES },
    fullCode: 'INBOX_BUSY',
  });
  const push = (item: Omit<Incoming, 'settle' | 'fail'>): Promise<StoreOutcome> =>
    withStoreDeadline(
      new Promise((resolve, reject) => queue.push(Object.assign(item, { settle: resolve, fail: reject }))),
    );
  const factItem = (fact: Fact): Omit<Incoming, 'settle' | 'fail'> => ({
    id: fact.id.toLowerCase(),
    kind: 'fact',
    guid: null,
    event: fact.type,
    headers: {},
    body: Buffer.from(JSON.stringify(fact)),
  });

  const settling = createSettling(pool, schema);
  return {
    ...createInboxReads(pool, schema, clock),
    ...createMaintenance(options, schema, waker.publish),
    settle: settling.settle,
    storeDelivery: ({ guid, event, headers, body }) =>
      push({ id: uuidv7(clock.now()), kind: 'delivery', guid, event, headers, body }),
    storeFacts: (facts) => Promise.all(facts.map((fact) => push(factItem(fact)))),
    close: async () => {
      await queue.close();
      await settling.close();
      await waker.drain();
    },
  };
};

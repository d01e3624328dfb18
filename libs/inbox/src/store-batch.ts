import { createHash } from 'node:crypto';
import { isPassing, type SqlPool } from '@rig/event-store';
import { faultPoint, isRigError, messageOf, RigError, type Clock } from '@rig/kernel';
import type { StoreOutcome } from './inbox.js';

/** An item on its way into the table. */
export interface Incoming {
  readonly id: string;
  readonly kind: 'delivery' | 'fact';
  readonly guid: string | null;
  readonly event: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  settle(outcome: StoreOutcome): void;
  fail(error: RigError): void;
}

export interface StoreBatchDeps {
  readonly pool: SqlPool;
  readonly schema: string;
  readonly clock: Clock;
  /** Told of what was new, after the commit. */
  onStored(ids: readonly string[]): void;
}

/** A forge keeps deliveries for three days: no honest repetition is older. */
const REPEAT_MS = 3 * 24 * 3_600_000;
const FIRST_WAKE_MS = 5_000;

const hashOf = ({ event, body }: Incoming): Buffer => createHash('sha256').update(`${event}\n`).update(body).digest();

const failure = (error: unknown): RigError => {
  if (isRigError(error)) return error;
  const passing = isPassing(error);
  return new RigError({
    code: passing ? 'INBOX_UNAVAILABLE' : 'INBOX_REFUSED',
    kind: passing ? 'retryable' : 'terminal',
    message: `the inbox could not be written: ${messageOf(error)}`,
    ...(passing ? { fix: 'Check that Postgres runs and can be reached; the sender tries again.' } : {}),
    cause: error,
  });
};

const store = async (deps: StoreBatchDeps, batch: readonly Incoming[]): Promise<void> => {
  const now = deps.clock.now();
  faultPoint('inbox.before-store');
  const found = await deps.pool.query<{ place: number; stored_id: string; is_new: boolean }>({
    name: `inbox.store.${deps.schema}`,
    text: `select place, stored_id, is_new from ${deps.schema}.store_inbox(
       $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8, $9, $10)`,
    values: [
      batch.map(({ id }) => id),
      batch.map(({ kind }) => kind),
      batch.map(({ guid }) => guid),
      batch.map(({ event }) => event),
      batch.map(({ headers }) => JSON.stringify(headers)),
      batch.map(({ body }) => body),
      batch.map(hashOf),
      new Date(now),
      new Date(now - REPEAT_MS),
      new Date(now + FIRST_WAKE_MS),
    ],
  });
  faultPoint('inbox.after-store');
  deps.onStored(found.rows.filter(({ is_new }) => is_new).map(({ stored_id }) => stored_id));
  for (const { place, stored_id, is_new } of found.rows) {
    batch[place - 1]?.settle({ status: is_new ? 'stored' : 'duplicate', id: stored_id });
  }
};

/** Stores a batch in one transaction. An unexpected error tries the items singly; a passing one fails them all. */
export const createStoreBatch = (deps: StoreBatchDeps) => {
  const run = async (batch: readonly Incoming[]): Promise<void> => {
    try {
      await store(deps, batch);
    } catch (error) {
      if (batch.length > 1 && !isPassing(error)) for (const item of batch) await run([item]);
      else for (const item of batch) item.fail(failure(error));
    }
  };
  return run;
};

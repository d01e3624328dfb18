import { createBatchQueue, storableText, type SqlPool } from '@rig/event-store';
import { faultPoint } from '@rig/kernel';
import type { Inbox, Settled } from './inbox.js';

interface Settling {
  readonly id: string;
  readonly outcome: Settled['outcome'];
  readonly reason: string;
  done(): void;
  fail(error: unknown): void;
}

const MAX_BATCH = 256;
/** Those who decide wait for each settling, so that far fewer are ever under way. */
const MAX_QUEUE = 10_000;

/** Ends items outside an append; those that end at the same time share a transaction. The first outcome stands. */
export const createSettling = (pool: SqlPool, schema: string): Pick<Inbox, 'settle'> & { close(): Promise<void> } => {
  const text = `update ${schema}.inbox as i
      set settled_at = clock_timestamp(), outcome = s.outcome, reason = left(s.reason, 500)
      from unnest($1::uuid[], $2::text[], $3::text[]) as s(id, outcome, reason)
      where i.id = s.id and i.settled_at is null`;

  const run = async (batch: readonly Settling[]): Promise<void> => {
    try {
      // Not prepared by name: a plan that was kept since the table was small would read all of it.
      await pool.query({
        text,
        values: [
          batch.map(({ id }) => id),
          batch.map(({ outcome }) => outcome),
          batch.map(({ reason }) => storableText(reason)),
        ],
      });
      faultPoint('inbox.after-settle');
      for (const item of batch) item.done();
    } catch (error) {
      for (const item of batch) item.fail(error);
    }
  };

  const queue = createBatchQueue<Settling>({ run, maxBatch: MAX_BATCH, maxQueue: MAX_QUEUE, fullCode: 'INBOX_BUSY' });
  return {
    settle: (id, outcome, reason) =>
      new Promise((resolve, reject) => queue.push({ id, outcome, reason, done: resolve, fail: reject })),
    close: queue.close,
  };
};

import { inTransaction, type SqlPool, type SqlRunner } from '@rig/event-store';
import { faultPoint, isoTime } from '@rig/kernel';
import type { Outbox } from '@rig/outbox';
import type { Block } from '../core/block.js';
import { RATE, type History, type KnownSpike, type Spike } from '../core/spikes.js';
import { spikeFact } from '../flows/to-fact.js';
import type { Ledger, Taken } from '../flows/ports.js';

export interface LedgerDeps {
  readonly pool: SqlPool;
  readonly schema: string;
  readonly outbox: Pick<Outbox, 'put'>;
}

/** Blocks are kept so long behind an agent's newest one, in milliseconds: longer than any window looks back. */
const KEEP_MS = 30 * 24 * 3_600_000;
/** Blocks of one hour that are looked at, at most: far more than a spike needs. */
const NEAR = 2_000;

interface BlockRow {
  readonly id: string;
  readonly position: number;
  readonly agent: string;
  readonly rule: string;
  readonly task_id: string | null;
  readonly task_subject: string | null;
  readonly at_ms: number;
}

const fromRow = (row: BlockRow): Block => ({
  id: row.id,
  position: row.position,
  agent: row.agent,
  rule: row.rule,
  taskId: row.task_id,
  taskSubject: row.task_subject,
  at: row.at_ms,
});

const loadHistory = async (client: SqlRunner, schema: string, block: Block): Promise<History> => {
  const { agent, at } = block;
  const from = at - RATE.windowMs;
  const near = await client.query<BlockRow>(
    `select id, position, agent, rule, task_id, task_subject, at_ms from ${schema}.blocks
       where agent = $1 and at_ms > $2 and at_ms < $3 order by at_ms desc, position desc limit ${NEAR}`,
    [agent, from, at + RATE.windowMs],
  );
  const week = await client.query<{ blocks: number }>(
    `select count(*)::integer as blocks from ${schema}.blocks where agent = $1 and at_ms > $2 and at_ms <= $3`,
    [agent, from - RATE.weekMs, from],
  );
  // A window may end up to an hour behind the block, and lie up to an hour from another.
  const spikes = await client.query<KnownSpike>(
    `select cause, at_ms as at from ${schema}.spikes where agent = $1 and at_ms > $2 and at_ms < $3`,
    [agent, at - RATE.windowMs, at + 2 * RATE.windowMs],
  );
  return { near: near.rows.map(fromRow), weekBlocks: week.rows[0]?.blocks ?? 0, spikes: spikes.rows };
};

const storeBlock = async (client: SqlRunner, schema: string, block: Block): Promise<void> => {
  const { id, position, agent, rule, taskId, taskSubject, at } = block;
  await client.query(
    `insert into ${schema}.blocks (id, position, agent, rule, task_id, task_subject, at_ms)
       values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, position, agent, rule, taskId, taskSubject, at],
  );
  await client.query(
    `insert into ${schema}.statistics as known (agent, rule, task_id, day, blocks, first_ms, last_ms)
       values ($1, $2, $3, $4, 1, $5, $5)
       on conflict (agent, rule, task_id, day) do update set blocks = known.blocks + 1,
         first_ms = least(known.first_ms, excluded.first_ms), last_ms = greatest(known.last_ms, excluded.last_ms)`,
    [agent, rule, taskId ?? '', isoTime(at).slice(0, 10), at],
  );
  await client.query(`delete from ${schema}.blocks where agent = $1 and at_ms < $2`, [agent, at - KEEP_MS]);
};

const storeSpikes = async (client: SqlRunner, schema: string, spikes: readonly Spike[]): Promise<void> => {
  for (const spike of spikes) {
    await client.query(`insert into ${schema}.spikes (id, position, agent, cause, at_ms) values ($1, $2, $3, $4, $5)`, [
      spikeFact(spike).id,
      spike.trigger.position,
      spike.agent,
      spike.cause,
      spike.at,
    ]);
  }
};

/** What guard-svc keeps, on Postgres. The tables must be there (`migrateGuard`). */
export const createLedger = ({ pool, schema, outbox }: LedgerDeps): Ledger => {
  const note = (client: SqlRunner, position: number): Promise<unknown> =>
    client.query(`update ${schema}.checkpoint set position = $1 where name = 'events' and position < $1`, [position]);
  return {
    position: async () => {
      const found = await pool.query<{ position: number }>(
        `select position from ${schema}.checkpoint where name = 'events'`,
      );
      return found.rows[0]?.position ?? 0;
    },
    take: (block, find) =>
      inTransaction(pool, async (client): Promise<Taken> => {
        const held = await client.query<{ position: number }>(
          `select position from ${schema}.checkpoint where name = 'events' for update`,
        );
        if ((held.rows[0]?.position ?? 0) >= block.position) return { status: 'seen' };
        const spikes = find(await loadHistory(client, schema, block));
        await storeBlock(client, schema, block);
        await storeSpikes(client, schema, spikes);
        await outbox.put(spikes.map(spikeFact), client);
        await note(client, block.position);
        faultPoint('guard.before-commit');
        return { status: 'taken', spikes };
      }).then((taken) => {
        faultPoint('guard.after-commit');
        return taken;
      }),
    advance: async (position) => void (await note(pool, position)),
    forget: () =>
      inTransaction(pool, async (client) => {
        await client.query(`truncate ${schema}.blocks, ${schema}.statistics, ${schema}.spikes`);
        await client.query(`update ${schema}.checkpoint set position = 0 where name = 'events'`);
      }),
  };
};

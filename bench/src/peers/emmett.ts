import { sql } from '@event-driven-io/dumbo';
import { projections } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore, postgreSQLRawSQLProjection } from '@event-driven-io/emmett-postgresql';
import { barePool } from '../harness/bare-pool.js';
import { ITEM_CHANGED, itemData, type ItemData } from '../product/item-events.js';

type ItemChanged = { type: typeof ITEM_CHANGED; data: ItemData };

/** The leanest inline projection Emmett has: one upsert in the transaction of the append. */
const items = postgreSQLRawSQLProjection<ItemChanged>({
  name: 'items',
  canHandle: [ITEM_CHANGED],
  evolve: ({ data }) =>
    sql(
      `insert into items (key, count, title) values (%L, 1, %L)
         on conflict (key) do update set count = items.count + 1, title = excluded.title`,
      data.key,
      data.title,
    ),
});

export interface EmmettStore {
  /** Appends one event with an expected version; the inline projection is part of it. */
  append(stream: string, version: number): Promise<void>;
  /** Events counted by the read model: what an append must have kept. */
  projected(): Promise<number>;
  close(): Promise<void>;
}

/** @param connections  of its pool; its own default is 10 */
export const openEmmett = async (url: string, connections: number): Promise<EmmettStore> => {
  const pool = barePool(url, connections);
  const store = getPostgreSQLEventStore(url, {
    projections: projections.inline([items]),
    connectionOptions: { pooled: true, pool },
  });
  await pool.query('create table items (key text primary key, count integer not null, title text not null)');
  await store.schema.migrate();
  return {
    append: async (stream, version) => {
      await store.appendToStream<ItemChanged>(stream, [{ type: ITEM_CHANGED, data: itemData(stream, version) }], {
        expectedStreamVersion: version === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(version),
      });
    },
    projected: async () => {
      const found = await pool.query<{ events: string }>('select coalesce(sum(count), 0) as events from items');
      return Number(found.rows[0]?.events ?? 0);
    },
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
};

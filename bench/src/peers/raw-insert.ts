import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { itemEnvelope } from '../product/item-events.js';

export interface RawInsert {
  /** Inserts 100 events by one statement, which is one transaction; answers 100. */
  insert(): Promise<number>;
  close(): Promise<void>;
}

const ROWS = 100;

const INSERT = `insert into raw_events (position, subject, version, id, type, dataschema, data, meta)
  select * from unnest($1::bigint[], $2::text[], $3::integer[], $4::uuid[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[])`;

/** The floor: the log's own table and indexes (none of its rules) and 100 rows a statement over one connection. */
export const openRawInsert = async (url: string, logSchema: string): Promise<RawInsert> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create table raw_events (like ${logSchema}.events including all)`);
  const run = randomUUID();
  let position = 0;
  return {
    insert: async () => {
      const events = Array.from({ length: ROWS }, () => {
        position += 1;
        return itemEnvelope(`issue/bench/${run}/${position % ROWS}`, Math.floor(position / ROWS) + 1, position);
      });
      await client.query({
        name: 'raw-insert',
        text: INSERT,
        values: [
          events.map((event) => event.position),
          events.map((event) => event.subject),
          events.map((event) => event.version),
          events.map((event) => event.id),
          events.map((event) => event.type),
          events.map((event) => event.dataschema),
          events.map((event) => JSON.stringify(event.data)),
          events.map(({ source, time, actor }) => JSON.stringify({ source, time, actor })),
        ],
      });
      return ROWS;
    },
    close: () => client.end(),
  };
};

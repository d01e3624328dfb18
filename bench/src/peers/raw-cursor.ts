import pg from 'pg';

export interface RawCursor {
  /** Reads the whole log once; resolves to rows a second. */
  readAll(): Promise<number>;
  close(): Promise<void>;
}

const ROWS = 1_000;

/** The floor: a server-side cursor over the same columns in the same order, rows parsed by the driver and dropped. */
export const openRawCursor = async (url: string, schema: string): Promise<RawCursor> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  const columns = 'position, subject, version, id, type, dataschema, data, meta';
  return {
    readAll: async () => {
      const started = performance.now();
      let rows = 0;
      await client.query('begin');
      await client.query(`declare log cursor for select ${columns} from ${schema}.events order by position`);
      for (;;) {
        const found = await client.query(`fetch ${ROWS} from log`);
        rows += found.rows.length;
        if (found.rows.length < ROWS) break;
      }
      await client.query('commit');
      return rows / ((performance.now() - started) / 1_000);
    },
    close: () => client.end(),
  };
};

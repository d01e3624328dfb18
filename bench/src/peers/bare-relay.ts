import { Redis } from 'ioredis';
import pg from 'pg';

export interface BareRelay {
  /** Copies the whole log to a stream: a cursor, and a pipeline of XADD for each batch. */
  copy(stream: string): Promise<void>;
  /** Copies what is appended from now on, woken by NOTIFY, until it is stopped. */
  follow(stream: string): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

interface Row {
  readonly position: string;
  readonly data: object;
  readonly meta: object;
}

/** As many as the relay takes at once. */
const BATCH = 200;

const COLUMNS = 'position, subject, version, id, type, dataschema, data, meta';

/** Woken by NOTIFY, reads what came and hands it on, until it is stopped. */
const follow = async (
  client: pg.Client,
  schema: string,
  add: (rows: readonly Row[]) => Promise<void>,
): Promise<() => Promise<void>> => {
  const head = await client.query<{ head: string }>(`select max(position) as head from ${schema}.events`);
  let reached = Number(head.rows[0]?.head ?? 0);
  let going: Promise<void> = Promise.resolve();
  const step = async (): Promise<void> => {
    const found = await client.query<Row>(
      `select ${COLUMNS} from ${schema}.events where position > $1 order by position limit ${BATCH}`,
      [reached],
    );
    if (found.rows.length === 0) return;
    reached = Number(found.rows.at(-1)?.position);
    await add(found.rows);
  };
  const wake = (): void => void (going = going.then(step));
  client.on('notification', wake);
  await client.query(`listen ${schema}_events`);
  return async () => {
    await client.query(`unlisten ${schema}_events`);
    client.off('notification', wake);
    await going;
  };
};

/** What anyone would write first: no order check, no offers, no marker, one relay at a time. */
export const openBareRelay = async (postgres: string, valkey: string, schema: string): Promise<BareRelay> => {
  const client = new pg.Client({ connectionString: postgres });
  client.on('error', () => undefined);
  await client.connect();
  const redis = new Redis(valkey, { protocol: 2 });
  const add = async (stream: string, rows: readonly Row[]): Promise<void> => {
    const pipeline = redis.pipeline();
    for (const { meta, position, ...row } of rows) {
      pipeline.xadd(stream, `${position}-0`, 'json', JSON.stringify({ ...meta, ...row, position: Number(position) }));
    }
    await pipeline.exec();
  };
  return {
    copy: async (stream) => {
      await client.query('begin');
      await client.query(`declare log cursor for select ${COLUMNS} from ${schema}.events order by position`);
      for (;;) {
        const found = await client.query<Row>(`fetch ${BATCH} from log`);
        if (found.rows.length > 0) await add(stream, found.rows);
        if (found.rows.length < BATCH) break;
      }
      await client.query('commit');
    },
    follow: (stream) => follow(client, schema, (rows) => add(stream, rows)),
    close: async () => {
      await redis.quit();
      await client.end();
    },
  };
};

import { createHash } from 'node:crypto';
import { RigError } from '@rig/kernel';
import { z } from 'zod';
import { inTransaction, patient, type SqlPool, type SqlRunner } from './pool.js';

/** Events read or written with one statement. */
const CHUNK = 1_000;

const COLUMNS = 'position, subject, version, id, type, dataschema, data, meta, recorded_at';

/** First line of a backup. */
const HEAD = JSON.stringify({ rig: 'event log', version: 1 });

const Tail = z.strictObject({ events: z.int().min(0), sha256: z.string() });
const Row = z.strictObject({
  position: z.int().min(1),
  subject: z.string(),
  version: z.int().min(1),
  id: z.uuid(),
  type: z.string(),
  dataschema: z.string(),
  data: z.record(z.string(), z.unknown()),
  meta: z.record(z.string(), z.unknown()),
  recorded_at: z.string(),
});
type Row = z.infer<typeof Row>;

const damaged = (message: string): RigError =>
  new RigError({
    code: 'BACKUP_DAMAGED',
    kind: 'terminal',
    message: `The backup is damaged: ${message}`,
    fix: 'Restore an older one; nothing of this one was kept.',
  });

const readChunk = async (pool: SqlPool, schema: string, after: number, head: number): Promise<readonly Row[]> =>
  (
    await pool.query<Row>(
      `select position, subject, version, id, type, dataschema, data, meta, recorded_at::text as recorded_at
         from ${schema}.log where position > $1 and position <= $2 order by position limit ${CHUNK}`,
      [after, head],
    )
  ).rows;

/**
 * The event log as lines: a head, an event a line, and a tail with how many they are and a checksum over all of them.
 * The log only grows, so what was there at the first line is whole at the last one, whatever is appended meanwhile.
 * Needs a role that may read the log (`rig_log_reader`).
 */
export async function* exportLog(pool: SqlPool, schema: string): AsyncGenerator<string> {
  const { rows } = await pool.query<{ head: number }>(`select coalesce(max(position), 0) as head from ${schema}.log`);
  const head = Number(rows[0]?.head ?? 0);
  const hash = createHash('sha256');
  yield HEAD;
  for (let after = 0; after < head;) {
    const chunk = await readChunk(pool, schema, after, head);
    for (const row of chunk) {
      const line = JSON.stringify(row);
      hash.update(line);
      yield line;
    }
    after = chunk.at(-1)?.position ?? head;
  }
  yield JSON.stringify({ events: head, sha256: hash.digest('hex') } satisfies z.infer<typeof Tail>);
}

const write = async (client: SqlRunner, schema: string, rows: readonly Row[]): Promise<void> => {
  if (rows.length === 0) return;
  await client.query(
    `insert into ${schema}.events (${COLUMNS})
       select ${COLUMNS} from jsonb_to_recordset($1::jsonb) as row (position bigint, subject text, version integer,
         id uuid, type text, dataschema text, data jsonb, meta jsonb, recorded_at timestamptz)`,
    [JSON.stringify(rows)],
  );
};

const requireEmpty = async (client: SqlRunner, schema: string): Promise<void> => {
  const { rowCount } = await client.query(`select from ${schema}.events limit 1`);
  if (rowCount === 0) return;
  throw new RigError({
    code: 'LOG_NOT_EMPTY',
    kind: 'terminal',
    message: 'There are events in the log already',
    fix: 'Restore into a new database, before any conductor has run on it.',
  });
};

const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    throw damaged('a line is not whole');
  }
};

/** Takes events in one after another and checks that none is missing; `finish` compares them with the tail. */
const createIntake = (client: SqlRunner, schema: string) => {
  const hash = createHash('sha256');
  let chunk: Row[] = [];
  let last = 0;
  const flush = async (): Promise<void> => {
    await write(client, schema, chunk);
    chunk = [];
  };
  return {
    event: async (line: string): Promise<void> => {
      const row = Row.safeParse(parseLine(line));
      if (!row.success) throw damaged(`what follows event ${last} is none`);
      if (row.data.position !== last + 1) throw damaged(`event ${last + 1} is missing`);
      last = row.data.position;
      hash.update(line);
      chunk.push(row.data);
      if (chunk.length === CHUNK) await flush();
    },
    finish: async (tail: string): Promise<number> => {
      const parsed = Tail.safeParse(parseLine(tail));
      if (!parsed.success) throw damaged('its end is missing');
      if (parsed.data.events !== last) throw damaged(`it has ${last} of ${parsed.data.events} events`);
      if (parsed.data.sha256 !== hash.digest('hex')) throw damaged('its checksum is another');
      await flush();
      return last;
    },
  };
};

/**
 * Puts a backup into an empty, migrated log, in one transaction: all of it or nothing. Read models are built from it
 * afterwards (`rebuild`). Resolves to the number of events.
 * @throws RigError LOG_NOT_EMPTY, BACKUP_DAMAGED (terminal)
 */
export const restoreLog = (pool: SqlPool, schema: string, lines: AsyncIterable<string>): Promise<number> =>
  inTransaction(pool, async (connection) => {
    const client = patient(connection);
    await client.query("set local statement_timeout = '600s'");
    await client.query(`select ${schema}.lock_log()`);
    await requireEmpty(client, schema);
    const intake = createIntake(client, schema);
    let begun = false;
    let held: string | undefined;
    // One line behind: the last one is the tail.
    for await (const line of lines) {
      if (line === '') continue;
      if (!begun && line !== HEAD) throw damaged('it does not begin like one');
      if (held !== undefined) await intake.event(held);
      if (begun) held = line;
      begun = true;
    }
    if (held === undefined) throw damaged('it is empty');
    const events = await intake.finish(held);
    await client.query(`update ${schema}.log_state set epoch = epoch + 1`);
    return events;
  });

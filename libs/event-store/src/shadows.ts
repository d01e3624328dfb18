import type { CommittedEnvelope } from '@rig/contracts';
import { groupRows } from './batch-payload.js';
import { EVENT_COLUMNS, fromRow, type EnvelopeRow } from './envelope-row.js';
import type { InlineProjection } from './event-store.js';
import { createKnownLog, type KnownLog } from './known-log.js';
import { patient, type SqlPool, type SqlRunner } from './pool.js';
import { createRowOverlay, type RowChange } from './row-overlay.js';
import { storableJson } from './storable-json.js';

export interface RebuildOptions {
  readonly pool: SqlPool;
  readonly schema: string;
  readonly projections: readonly InlineProjection[];
}

/** Events read and applied at once. */
const CHUNK = 2_000;

/** Projections being built anew in temporary tables of one connection. */
export interface Shadows extends RebuildOptions {
  readonly client: SqlRunner;
  readonly known: KnownLog;
}

/** The temporary table that a projection is built in, as SQL. */
export const shadowOf = (name: string): string => `pg_temp."rebuild_${name}"`;

const readChunk = async ({ client, schema }: Shadows, after: number): Promise<readonly CommittedEnvelope[]> => {
  const found = await client.query<EnvelopeRow>({
    name: `rebuild.read.${schema}`,
    text: `select ${EVENT_COLUMNS} from ${schema}.events where position > $1 order by position limit $2`,
    values: [after, CHUNK],
  });
  return found.rows.map(fromRow);
};

/** Prepared: planning would take as long as writing a chunk. */
const writeSql = (name: string): string =>
  `insert into ${shadowOf(name)} (key, position, state)
     select key, position, state from jsonb_to_recordset($1::jsonb) as r(key text, position bigint, state jsonb)
     on conflict (key) do update set position = excluded.position, state = excluded.state`;

const write = async ({ client }: Shadows, changes: readonly RowChange[]): Promise<void> => {
  for (const [name, { upserts, deletes }] of Object.entries(groupRows(changes))) {
    if (upserts.length > 0) {
      await client.query({ name: `rebuild.write.${name}`, text: writeSql(name), values: [storableJson(upserts)] });
    }
    if (deletes.length > 0) await client.query(`delete from ${shadowOf(name)} where key = any($1::text[])`, [deletes]);
  }
};

/** A promise that is awaited later: until then its failure is nobody's. */
const later = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined);
  return promise;
};

/**
 * Applies the log behind `from` until a chunk is not full. Resolves to the position reached. While the rows of a chunk
 * are evolved here, the server reads the next one.
 */
export const catchUp = async (work: Shadows, from: number): Promise<number> => {
  const { client, known, projections } = work;
  let reached = from;
  let writing: Promise<void> = Promise.resolve();
  let events = await readChunk(work, reached);
  while (events.length > 0) {
    await known.loadRows(client, events);
    reached += events.length;
    const reading = later(events.length < CHUNK ? Promise.resolve([]) : readChunk(work, reached));
    const overlay = createRowOverlay(projections, known.row);
    overlay.apply(events);
    const changes = overlay.all();
    known.appended(reached, changes);
    await writing;
    writing = later(write(work, changes));
    events = await reading;
  }
  await writing;
  return reached;
};

/** Makes empty shadows on a connection; they go with it. */
export const createShadows = async (connection: SqlRunner, options: RebuildOptions): Promise<Shadows> => {
  const client = patient(connection);
  const known = createKnownLog(options.schema, options.projections, shadowOf);
  for (const { name } of options.projections) {
    await client.query(
      `create temporary table "rebuild_${name}" (key text primary key, position bigint not null, state jsonb not null)`,
    );
  }
  return { ...options, client, known };
};

import type { CommittedEnvelope } from '@rig/contracts';
import { groupRows } from './batch-payload.js';
import { EVENT_COLUMNS, fromRow, type EnvelopeRow } from './envelope-row.js';
import type { InlineProjection } from './event-store.js';
import { createKnownLog, type KnownLog } from './known-log.js';
import type { SqlClient, SqlPool } from './pool.js';
import { createRowOverlay } from './row-overlay.js';
import { storableJson } from './storable-json.js';

export interface RebuildOptions {
  readonly pool: SqlPool;
  readonly schema: string;
  readonly projections: readonly InlineProjection[];
}

/** Events read and applied at once. */
const CHUNK = 1_000;

interface Rebuilding extends RebuildOptions {
  readonly client: SqlClient;
  readonly known: KnownLog;
}

const shadowOf = (name: string): string => `pg_temp."rebuild_${name}"`;

const applyChunk = async (
  { client, known, schema, projections }: Rebuilding,
  events: readonly CommittedEnvelope[],
): Promise<void> => {
  await known.loadRows(client, events);
  const overlay = createRowOverlay(projections, known.row);
  overlay.apply(events);
  for (const [name, rows] of Object.entries(groupRows(overlay.all()))) {
    await client.query(`select ${schema}.apply_rows($1::regclass, $2::jsonb)`, [shadowOf(name), storableJson(rows)]);
  }
  known.appended(events.at(-1)?.position ?? 0, overlay.all());
};

/** Applies the log behind `from` until a chunk is not full. Resolves to the position reached. */
const catchUp = async (work: Rebuilding, from: number): Promise<number> => {
  let reached = from;
  for (;;) {
    const found = await work.client.query<EnvelopeRow>(
      `select ${EVENT_COLUMNS} from ${work.schema}.events where position > $1 order by position limit $2`,
      [reached, CHUNK],
    );
    if (found.rows.length > 0) await applyChunk(work, found.rows.map(fromRow));
    reached += found.rows.length;
    if (found.rows.length < CHUNK) return reached;
  }
};

/** Under the append lock: applies what was appended meanwhile and puts the shadows' rows in place of the old ones. */
const swap = async (work: Rebuilding, from: number): Promise<number> => {
  const { client, schema, projections } = work;
  await client.query('begin');
  await client.query("set local statement_timeout = '600s'");
  await client.query(`select ${schema}.lock_log()`);
  const reached = await catchUp(work, from);
  for (const { name } of projections) {
    await client.query(`delete from ${schema}."${name}"`);
    await client.query(
      `insert into ${schema}."${name}" (key, position, state)
         select key, position, state from ${shadowOf(name)} order by key`,
    );
  }
  await client.query(`update ${schema}.log_state set epoch = epoch + 1`);
  await client.query('commit');
  return reached;
};

/**
 * Builds projections anew, in chunks, into temporary shadow tables of one connection; the log is locked only for the
 * last chunk and the exchange, and readers see the old rows until that commits. A rebuild that breaks off leaves the
 * old rows and no trace. Appenders notice by `epoch` that rows they remember are void.
 * Resolves to the number of events applied.
 */
export const rebuildProjections = async (options: RebuildOptions): Promise<number> => {
  const client = await options.pool.connect();
  const ignore = (): void => undefined;
  client.on('error', ignore);
  try {
    const known = createKnownLog(options.schema, options.projections, shadowOf);
    for (const { name } of options.projections) {
      await client.query(
        `create temporary table "rebuild_${name}" (key text primary key, position bigint not null, state jsonb not null)`,
      );
    }
    const work = { ...options, client, known };
    return await swap(work, await catchUp(work, 0));
  } finally {
    // The connection goes, and with it an open transaction and the shadows.
    client.release(true);
  }
};

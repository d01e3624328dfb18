import type { CommittedEnvelope } from '@rig/contracts';
import { groupRows } from './batch-payload.js';
import { EVENT_COLUMNS, fromRow, type EnvelopeRow } from './envelope-row.js';
import type { InlineProjection } from './event-store.js';
import { createKnownLog, type KnownLog } from './known-log.js';
import { patient, type SqlPool, type SqlRunner } from './pool.js';
import { createRowOverlay } from './row-overlay.js';
import { storableJson } from './storable-json.js';

export interface RebuildOptions {
  readonly pool: SqlPool;
  readonly schema: string;
  readonly projections: readonly InlineProjection[];
}

/** Events read and applied at once. */
const CHUNK = 1_000;

/** Projections being built anew in temporary tables of one connection. */
export interface Shadows extends RebuildOptions {
  readonly client: SqlRunner;
  readonly known: KnownLog;
}

/** The temporary table that a projection is built in, as SQL. */
export const shadowOf = (name: string): string => `pg_temp."rebuild_${name}"`;

const applyChunk = async (
  { client, known, schema, projections }: Shadows,
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
export const catchUp = async (work: Shadows, from: number): Promise<number> => {
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

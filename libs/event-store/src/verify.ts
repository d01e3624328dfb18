import { canonicalJson } from '@rig/kernel';
import type { ProjectionCheck, RowDifference, Verification } from './event-store.js';
import { catchUp, createShadows, shadowOf, type RebuildOptions, type Shadows } from './shadows.js';

/** Differences shown of one projection. */
export const EXAMPLES = 20;

interface Pair {
  readonly key: string;
  readonly kept: unknown;
  readonly rebuilt: unknown;
  readonly kept_position: number | null;
  readonly rebuilt_position: number | null;
}

/** The row with the position of the event that changed it last: a wrong position alone is a difference too. */
const canonical = (state: unknown, position: number | null): string | null =>
  position === null ? null : canonicalJson({ position, state });

const toDifference = ({ key, kept, rebuilt, kept_position, rebuilt_position }: Pair): RowDifference => ({
  key,
  kept: canonical(kept, kept_position),
  rebuilt: canonical(rebuilt, rebuilt_position),
});

/** jsonb writes equal values as equal text, so texts are compared: byte by byte. */
const compare = async ({ client, schema }: Shadows, name: string): Promise<ProjectionCheck> => {
  const joined = `from ${schema}."${name}" a full join ${shadowOf(name)} b using (key)
    where a.key is null or b.key is null or a.state::text <> b.state::text or a.position <> b.position`;
  const counted = await client.query<{ rows: number; differences: number }>(
    `select (select count(*) from ${shadowOf(name)}) as rows, (select count(*) ${joined}) as differences`,
  );
  const found = await client.query<Pair>(
    `select key, a.state as kept, a.position as kept_position, b.state as rebuilt, b.position as rebuilt_position
       ${joined} order by key limit ${EXAMPLES}`,
  );
  const { rows = 0, differences = 0 } = counted.rows[0] ?? {};
  return { name, rows: Number(rows), differences: Number(differences), examples: found.rows.map(toDifference) };
};

/**
 * Builds projections from the log into temporary tables and compares them with the rows that are kept. Log and rows are
 * read in one snapshot, so appends that go on meanwhile are no difference. Nothing that others see is touched.
 */
export const verifyProjections = async (options: RebuildOptions): Promise<Verification> => {
  const client = await options.pool.connect();
  const ignore = (): void => undefined;
  client.on('error', ignore);
  try {
    await client.query('begin isolation level repeatable read');
    await client.query("set local statement_timeout = '600s'");
    const shadows = await createShadows(client, options);
    const head = await catchUp(shadows, 0);
    const projections: ProjectionCheck[] = [];
    for (const { name } of options.projections) projections.push(await compare(shadows, name));
    return { head, projections };
  } finally {
    // The connection goes, and with it the transaction and the shadows.
    client.release(true);
  }
};

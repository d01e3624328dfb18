import type { CommittedEnvelope } from '@rig/contracts';
import type { InlineProjection } from './event-store.js';
import type { SqlRunner } from './pool.js';
import type { ReadRow, RowChange, RowText } from './row-overlay.js';

/** Rows kept at most; beyond it the memory starts anew. */
const MAX_ROWS = 20_000;

export interface LogPoint {
  readonly head: number;
  /** How often projections were rebuilt: rows from before a rebuild are void. */
  readonly epoch: number;
}

/**
 * What the appender believes of the log: its head, and rows as they are at that head. Rows that were read later than
 * the head was are no danger: then the head has moved, and the append says so and writes nothing.
 */
export interface KnownLog {
  /** The believed head and count of rebuilds; read if unknown. */
  at(runner: SqlRunner): Promise<LogPoint>;
  /** Reads the rows these events change, where they are not known yet. */
  loadRows(runner: SqlRunner, events: readonly CommittedEnvelope[]): Promise<void>;
  readonly row: ReadRow;
  /** Own events were committed. */
  appended(head: number, changes: readonly RowChange[]): void;
  /** Someone else appended or rebuilt: what is known of rows is void. */
  moved(point: LogPoint): void;
  /** Nothing is known any more. */
  forget(): void;
}

/** @param tableOf  where a projection's rows lie, as SQL. */
export const createKnownLog = (
  schema: string,
  projections: readonly InlineProjection[],
  tableOf = (name: string): string => `${schema}."${name}"`,
): KnownLog => {
  let point: LogPoint | undefined;
  /** Null: known not to exist. */
  const rows = new Map<string, Map<string, string | null>>(projections.map(({ name }) => [name, new Map()]));
  let size = 0;

  const clear = (): void => {
    for (const known of rows.values()) known.clear();
    size = 0;
  };

  const set = (projection: string, key: string, text: RowText): void => {
    const known = rows.get(projection);
    if (known === undefined) return;
    if (!known.has(key)) size += 1;
    known.set(key, text ?? null);
  };

  const missing = (events: readonly CommittedEnvelope[]): readonly { name: string; keys: string[] }[] =>
    projections
      .map((projection) => ({
        name: projection.name,
        keys: [...new Set(events.flatMap((event) => projection.keysOf(event)))].filter(
          (key) => rows.get(projection.name)?.has(key) !== true,
        ),
      }))
      .filter(({ keys }) => keys.length > 0);

  return {
    at: async (runner) => {
      if (point !== undefined) return point;
      const found = await runner.query<{ head: string; epoch: string }>(
        `select coalesce(max(position), 0)::text as head, (select epoch::text from ${schema}.log_state) as epoch
           from ${schema}.events`,
      );
      point = { head: Number(found.rows[0]?.head ?? 0), epoch: Number(found.rows[0]?.epoch ?? 0) };
      return point;
    },
    loadRows: async (runner, events) => {
      if (size > MAX_ROWS) clear();
      const wanted = missing(events);
      if (wanted.length === 0) return;
      const selects = wanted.map(
        ({ name }, index) =>
          `select '${name}' as projection, key, state::text as text from ${tableOf(name)} where key = any($${index + 1}::text[])`,
      );
      const found = await runner.query<{ projection: string; key: string; text: string }>(
        selects.join(' union all '),
        wanted.map(({ keys }) => keys),
      );
      for (const { name, keys } of wanted) for (const key of keys) set(name, key, undefined);
      for (const { projection, key, text } of found.rows) set(projection, key, text);
    },
    row: (projection, key) => rows.get(projection)?.get(key) ?? undefined,
    appended: (reached, changes) => {
      point = { head: reached, epoch: point?.epoch ?? 0 };
      for (const { projection, key, text } of changes) set(projection, key, text);
    },
    moved: (reached) => {
      point = reached;
      clear();
    },
    forget: () => {
      point = undefined;
      clear();
    },
  };
};

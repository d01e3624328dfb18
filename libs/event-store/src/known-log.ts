import type { CommittedEnvelope } from '@rig/contracts';
import type { InlineProjection } from './event-store.js';
import type { SqlRunner } from './pool.js';
import { createRowMemory } from './row-memory.js';
import type { ReadRow, RowChange } from './row-overlay.js';

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
  /** The believed head; infinite while nothing is believed. */
  readonly head: number;
  /** Own events were committed. */
  appended(head: number, changes: readonly RowChange[]): void;
  /** Someone else appended or rebuilt: what is known of rows is void. */
  moved(point: LogPoint): void;
  /** Nothing is known any more. */
  forget(): void;
}

interface FoundRow {
  readonly projection: string;
  readonly key: string;
  readonly state: object;
}

const selectRows = (name: string, table: string, parameter: number): string =>
  `select '${name}' as projection, key, state from ${table} where key = any($${parameter}::text[])`;

/** @param tableOf  where a projection's rows lie, as SQL. */
export const createKnownLog = (
  schema: string,
  projections: readonly InlineProjection[],
  tableOf = (name: string): string => `${schema}."${name}"`,
): KnownLog => {
  let point: LogPoint | undefined;
  const rows = createRowMemory(projections);
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
      const wanted = rows.missing(events);
      if (wanted.length === 0) return;
      const found = await runner.query<FoundRow>(
        wanted.map(({ name }, index) => selectRows(name, tableOf(name), index + 1)).join(' union all '),
        wanted.map(({ keys }) => [...keys]),
      );
      for (const { name, keys } of wanted) for (const key of keys) rows.set(name, key, undefined);
      for (const { projection, key, state } of found.rows) rows.set(projection, key, state);
    },
    row: rows.get,
    get head() {
      return point?.head ?? Infinity;
    },
    appended: (reached, changes) => {
      point = { head: reached, epoch: point?.epoch ?? 0 };
      for (const { projection, key, state } of changes) rows.set(projection, key, state);
    },
    moved: (reached) => {
      point = reached;
      rows.clear();
    },
    forget: () => {
      point = undefined;
      rows.clear();
    },
  };
};

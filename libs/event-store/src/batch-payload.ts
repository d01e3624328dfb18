import type { ArrangedItem } from './arrange-items.js';
import { toRow, type EnvelopeRow } from './envelope-row.js';
import type { AppendItem, InlineProjection, StoreCall } from './event-store.js';
import { cutIntoSegments } from './segments.js';
import { createRowOverlay, type ReadRow, type RowChange } from './row-overlay.js';
import { storableJson } from './storable-json.js';

/** Rows of one projection as `apply_rows` takes them. */
export interface RowsOf {
  readonly upserts: { readonly key: string; readonly position: number; readonly state: object }[];
  readonly deletes: string[];
}

interface Segment {
  readonly guards: readonly (StoreCall & { readonly item: number })[];
  readonly events: readonly EnvelopeRow[];
  readonly rows: Readonly<Record<string, RowsOf>>;
  readonly effects: readonly StoreCall[];
}

export interface BatchPayload {
  /** The batch as `append` of sql/002-append.sql documents it. */
  readonly json: string;
  /** The rows after the batch. */
  readonly changes: readonly RowChange[];
}

export const groupRows = (changes: readonly RowChange[]): Record<string, RowsOf> => {
  const rows: Record<string, RowsOf> = {};
  for (const { projection, key, position, state } of changes) {
    const target = (rows[projection] ??= { upserts: [], deletes: [] });
    if (state === undefined) target.deletes.push(key);
    else target.upserts.push({ key, position, state });
  }
  return rows;
};

/** Evolves the rows of a batch and writes it down for the server-side `append`. */
export const batchPayload = <T>(
  items: readonly ArrangedItem<T>[],
  epoch: number,
  itemOf: (entry: T) => AppendItem,
  projections: readonly InlineProjection[],
  base: ReadRow,
): BatchPayload => {
  const overlay = createRowOverlay(projections, base);
  const asked = items.map((arranged) => itemOf(arranged.entry));
  const guardsOf = (index: number): readonly StoreCall[] => asked[index]?.guards ?? [];
  const segments = cutIntoSegments(asked).map((indexes): Segment => {
    const events = indexes.flatMap((index) => items[index]?.events ?? []);
    overlay.apply(events);
    return {
      guards: indexes.flatMap((item) => guardsOf(item).map(({ name, args }) => ({ item, name, args }))),
      events: events.map(toRow),
      rows: groupRows(overlay.take()),
      effects: indexes.flatMap((index) => asked[index]?.effects ?? []),
    };
  });
  const ids = items.flatMap(({ events }, item) => events.map(({ id }) => ({ item, id })));
  const streams = items.flatMap(({ expects }, item) => expects.map((expect) => ({ item, ...expect })));
  return { json: storableJson({ epoch, ids, streams, segments }), changes: overlay.all() };
};

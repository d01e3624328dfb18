import type { CommittedEnvelope } from '@rig/contracts';
import type { InlineProjection } from './event-store.js';
import { storableJson } from './storable-json.js';

/** A projection's row as JSON text (undefined: no such row); as text, so that no `evolve` can change a shared object. */
export type RowText = string | undefined;

export type ReadRow = (projection: string, key: string) => RowText;

export interface RowChange {
  readonly projection: string;
  readonly key: string;
  /** Position of the last event that changed the row. */
  readonly position: number;
  readonly text: RowText;
}

const rowId = (projection: string, key: string): string => `${projection}\u0000${key}`;

const evolveRow = (projection: InlineProjection, before: RowText, event: CommittedEnvelope, key: string): RowText => {
  const row = before === undefined ? undefined : (JSON.parse(before) as object);
  const after = projection.evolve(row, event, key);
  return after === undefined ? undefined : storableJson(after);
};

export interface RowOverlay {
  /** Evolves every row the events change. */
  apply(events: readonly CommittedEnvelope[]): void;
  /** The rows changed since the last call, each once. */
  take(): readonly RowChange[];
  /** Every row changed so far, each once. */
  all(): readonly RowChange[];
}

/** Changed rows laid over those that `base` reads. The one place where events become rows: inline and in a rebuild. */
export const createRowOverlay = (projections: readonly InlineProjection[], base: ReadRow): RowOverlay => {
  const changed = new Map<string, RowChange>();
  let fresh = new Map<string, RowChange>();

  const applyOne = (projection: InlineProjection, event: CommittedEnvelope): void => {
    for (const key of new Set(projection.keysOf(event))) {
      const id = rowId(projection.name, key);
      const earlier = changed.get(id);
      const before = earlier === undefined ? base(projection.name, key) : earlier.text;
      const text = evolveRow(projection, before, event, key);
      const change = { projection: projection.name, key, position: event.position, text };
      changed.set(id, change);
      fresh.set(id, change);
    }
  };

  return {
    apply: (events) => {
      for (const event of events) for (const projection of projections) applyOne(projection, event);
    },
    take: () => {
      const taken = [...fresh.values()];
      fresh = new Map();
      return taken;
    },
    all: () => [...changed.values()],
  };
};

import type { CommittedEnvelope } from '@rig/contracts';
import type { InlineProjection } from './event-store.js';

/** A projection's row; undefined when there is none. Shared: an `evolve` makes a new one and changes none. */
export type RowState = object | undefined;

export type ReadRow = (projection: string, key: string) => RowState;

export interface RowChange {
  readonly projection: string;
  readonly key: string;
  /** Position of the last event that changed the row. */
  readonly position: number;
  readonly state: RowState;
}

const rowId = (projection: string, key: string): string => `${projection}\u0000${key}`;

/** Mostly one key, which is not worth a set. */
const unique = (keys: readonly string[]): Iterable<string> => (keys.length > 1 ? new Set(keys) : keys);

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
    for (const key of unique(projection.keysOf(event))) {
      const id = rowId(projection.name, key);
      const earlier = changed.get(id);
      const before = earlier === undefined ? base(projection.name, key) : earlier.state;
      const state = projection.evolve(before, event, key);
      const change = { projection: projection.name, key, position: event.position, state };
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

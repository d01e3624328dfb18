import type { CommittedEnvelope } from '@rig/contracts';
import type { InlineProjection } from './event-store.js';
import type { ReadRow, RowState } from './row-overlay.js';

/** Rows kept at least, once so many were seen; twice as many at most. Their texts may be long: this bounds memory. */
const KEPT = 5_000;

/** Rows of projections that were read or written, those known not to exist included. */
export interface RowMemory {
  readonly get: ReadRow;
  set(projection: string, key: string, state: RowState): void;
  /** The rows these events change and of which nothing is known. What is known of the others is kept for now. */
  missing(events: readonly CommittedEnvelope[]): readonly { readonly name: string; readonly keys: readonly string[] }[];
  clear(): void;
}

/** Null: known not to exist. */
type Known = Map<string, object | null>;

/** Forgets what was not asked for while `KEPT` others were: two generations, the older of which is dropped at once. */
const createGenerations = () => {
  let young: Known = new Map();
  let old: Known = new Map();
  const set = (id: string, state: object | null): void => {
    young.set(id, state);
  };
  return {
    set,
    get: (id: string): object | null | undefined => {
      const state = young.get(id);
      if (state !== undefined) return state;
      const older = old.get(id);
      if (older !== undefined) set(id, older);
      return older;
    },
    /** Called between batches only: what a batch has loaded must stay until it is evolved. */
    age: (): void => {
      if (young.size < KEPT) return;
      old = young;
      young = new Map();
    },
    clear: (): void => {
      young = new Map();
      old = new Map();
    },
  };
};

const idOf = (projection: string, key: string): string => `${projection}\u0000${key}`;

export const createRowMemory = (projections: readonly InlineProjection[]): RowMemory => {
  const rows = createGenerations();

  const missingOf = (projection: InlineProjection, events: readonly CommittedEnvelope[]): readonly string[] => {
    const missing = new Set<string>();
    for (const event of events) {
      for (const key of projection.keysOf(event)) {
        if (rows.get(idOf(projection.name, key)) === undefined) missing.add(key);
      }
    }
    return [...missing];
  };

  return {
    get: (projection, key) => rows.get(idOf(projection, key)) ?? undefined,
    set: (projection, key, state) => rows.set(idOf(projection, key), state ?? null),
    missing: (events) => {
      rows.age();
      return projections
        .map((projection) => ({ name: projection.name, keys: missingOf(projection, events) }))
        .filter(({ keys }) => keys.length > 0);
    },
    clear: rows.clear,
  };
};

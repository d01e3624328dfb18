import type { CommittedEnvelope } from '@rig/contracts';
import type { InlineProjection } from './event-store.js';
import type { ReadRow, RowState } from './row-overlay.js';

/** Rows kept at most; beyond it the memory starts anew. */
const MAX_ROWS = 20_000;

/** Rows of projections that were read or written, those known not to exist included. */
export interface RowMemory {
  readonly get: ReadRow;
  set(projection: string, key: string, state: RowState): void;
  /** The rows these events change and of which nothing is known; makes room for them first. */
  missing(events: readonly CommittedEnvelope[]): readonly { readonly name: string; readonly keys: readonly string[] }[];
  clear(): void;
}

export const createRowMemory = (projections: readonly InlineProjection[]): RowMemory => {
  /** Null: known not to exist. */
  const rows = new Map<string, Map<string, object | null>>(projections.map(({ name }) => [name, new Map()]));
  let size = 0;

  const clear = (): void => {
    for (const known of rows.values()) known.clear();
    size = 0;
  };

  const missingOf = (projection: InlineProjection, events: readonly CommittedEnvelope[]): readonly string[] => {
    const known = rows.get(projection.name);
    const missing = new Set<string>();
    for (const event of events) {
      for (const key of projection.keysOf(event)) if (known?.has(key) !== true) missing.add(key);
    }
    return [...missing];
  };

  return {
    get: (projection, key) => rows.get(projection)?.get(key) ?? undefined,
    set: (projection, key, state) => {
      const known = rows.get(projection);
      if (known === undefined) return;
      if (!known.has(key)) size += 1;
      known.set(key, state ?? null);
    },
    missing: (events) => {
      if (size > MAX_ROWS) clear();
      return projections
        .map((projection) => ({ name: projection.name, keys: missingOf(projection, events) }))
        .filter(({ keys }) => keys.length > 0);
    },
    clear,
  };
};

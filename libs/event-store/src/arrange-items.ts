import type { CommittedEnvelope } from '@rig/contracts';
import type { AppendItem } from './event-store.js';
import { asStored } from './storable-json.js';

export interface ArrangedItem<T> {
  readonly entry: T;
  /** The item's events with their places in the log, as they will come back from it. */
  readonly events: readonly CommittedEnvelope[];
  /** Versions that streams must have before the batch. */
  readonly expects: readonly { readonly subject: string; readonly expected: number }[];
}

export interface Arrangement<T> {
  readonly included: readonly ArrangedItem<T>[];
  /** Items that depend on the fate of an earlier one of the batch (a shared stream or id): they wait for the next. */
  readonly deferred: readonly T[];
}

interface Progress {
  position: number;
  readonly versions: Map<string, number>;
  readonly ids: Set<string>;
}

/** Gives an item its places, or undefined if it must wait. Nothing of `progress` changes when it must. */
const place = <T>(entry: T, item: AppendItem, progress: Progress): ArrangedItem<T> | undefined => {
  const versions = new Map<string, number>();
  const expects: { subject: string; expected: number }[] = [];
  const events: CommittedEnvelope[] = [];
  for (const write of item.writes) {
    const own = versions.get(write.subject);
    const reached = own ?? progress.versions.get(write.subject);
    // An item that contradicts itself is not deferred (it would be for ever): the store finds the conflict.
    if (reached === undefined || (own !== undefined && own !== write.expectedVersion)) {
      expects.push({ subject: write.subject, expected: write.expectedVersion });
    } else if (reached !== write.expectedVersion) return undefined;
    let version = write.expectedVersion;
    for (const event of write.events) {
      version += 1;
      const id = event.id.toLowerCase();
      if (progress.ids.has(id)) return undefined;
      const position = progress.position + events.length + 1;
      events.push(asStored({ ...event, id, subject: write.subject, position, version }));
    }
    versions.set(write.subject, version);
  }
  progress.position += events.length;
  for (const [subject, version] of versions) progress.versions.set(subject, version);
  for (const event of events) progress.ids.add(event.id);
  return { entry, events, expects };
};

/**
 * Lays items out behind `head`: positions and versions as the append will give them. A single item is always included,
 * so that an item wrong in itself reaches the database and is refused there.
 */
export const arrangeItems = <T>(
  entries: readonly T[],
  itemOf: (entry: T) => AppendItem,
  head: number,
): Arrangement<T> => {
  const progress: Progress = { position: head, versions: new Map(), ids: new Set() };
  const included: ArrangedItem<T>[] = [];
  const deferred: T[] = [];
  for (const entry of entries) {
    const placed = place(entry, itemOf(entry), progress);
    if (placed === undefined) deferred.push(entry);
    else included.push(placed);
  }
  return { included, deferred };
};

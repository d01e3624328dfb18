import type { CommittedEnvelope } from '@rig/contracts';
import { canonicalJson, RigError, type Json } from '@rig/kernel';
import { arrangeItems, type ArrangedItem } from './arrange-items.js';
import type { AppendItem, AppendOutcome, EventStore, InlineProjection, Verification } from './event-store.js';
import { EXAMPLES } from './verify.js';
import { createRowOverlay, type RowChange } from './row-overlay.js';
import { storableJson } from './storable-json.js';

/** What guards and effects may look at: rows as they are before the item's own events (guards) or after (effects). */
export interface MemoryView {
  row(projection: string, key: string): object | undefined;
  rows(projection: string): readonly (readonly [key: string, row: object])[];
}

export interface MemoryEventStoreOptions {
  readonly projections: readonly InlineProjection[];
  /** By name, as the SQL functions `guard_<name>`. */
  readonly guards?: Readonly<Record<string, (args: Json, view: MemoryView) => boolean>>;
  /** By name, as the SQL functions `effect_<name>`; one that throws fails the append. */
  readonly effects?: Readonly<Record<string, (args: Json, view: MemoryView) => void>>;
}

interface Memory {
  readonly log: CommittedEnvelope[];
  readonly ids: Set<string>;
  readonly versions: Map<string, number>;
  /** Rows by projection and key. */
  rows: Map<string, Map<string, string>>;
}

const unknownCall = (kind: string, name: string): RigError =>
  new RigError({
    code: 'APPEND_FUNCTION_MISSING',
    kind: 'bug',
    message: `there is no ${kind} ${name}`,
    fix: `Give createMemoryEventStore a function of that name.`,
  });

const readRow =
  (rows: Memory['rows']) =>
  (projection: string, key: string): string | undefined =>
    rows.get(projection)?.get(key);

const deepFreeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
};

/** Rows are shared where this store is not: here an `evolve` that changes one is found, since frozen objects throw. */
const withFrozenRows = (projection: InlineProjection): InlineProjection => ({
  ...projection,
  evolve: (row, event, key) => deepFreeze(projection.evolve(row, event, key)),
});

const frozenRow =
  (rows: Memory['rows']) =>
  (projection: string, key: string): object | undefined => {
    const text = readRow(rows)(projection, key);
    return text === undefined ? undefined : deepFreeze(JSON.parse(text) as object);
  };

const viewOf = (rows: Memory['rows']): MemoryView => ({
  row: (projection, key) => {
    const text = readRow(rows)(projection, key);
    return text === undefined ? undefined : (JSON.parse(text) as object);
  },
  rows: (projection) => [...(rows.get(projection) ?? [])].map(([key, text]) => [key, JSON.parse(text) as object]),
});

const withChanges = (rows: Memory['rows'], changes: readonly RowChange[]): Memory['rows'] => {
  const next = new Map(rows);
  for (const { projection, key, state } of changes) {
    const copy = new Map(next.get(projection));
    if (state === undefined) copy.delete(key);
    else copy.set(key, storableJson(state));
    next.set(projection, copy);
  }
  return next;
};

const conflictOf = (memory: Memory, { expects }: ArrangedItem<AppendItem>): AppendOutcome | undefined => {
  for (const { subject, expected } of expects) {
    const actual = memory.versions.get(subject) ?? 0;
    if (actual !== expected) return { status: 'conflict', subject, expected, actual };
  }
  return undefined;
};

const refuseRepeats = ({ events }: ArrangedItem<AppendItem>): void => {
  const ids = new Set(events.map(({ id }) => id));
  const places = new Set(events.map(({ subject, version }) => `${version} ${subject}`));
  if (ids.size === events.length && places.size === events.length) return;
  throw new RigError({ code: 'APPEND_FAILED', kind: 'terminal', message: 'an item holds an id or a version twice' });
};

const guardThatRefuses = (options: MemoryEventStoreOptions, memory: Memory, item: AppendItem): string | undefined =>
  item.guards?.find(({ name, args }) => {
    const guard = options.guards?.[name];
    if (guard === undefined) throw unknownCall('guard', name);
    return !guard(args, viewOf(memory.rows));
  })?.name;

const runEffects = (options: MemoryEventStoreOptions, rows: Memory['rows'], item: AppendItem): void => {
  for (const { name, args } of item.effects ?? []) {
    const effect = options.effects?.[name];
    if (effect === undefined) throw unknownCall('effect', name);
    effect(args, viewOf(rows));
  }
};

const appendOne = (options: MemoryEventStoreOptions, memory: Memory, item: AppendItem): AppendOutcome => {
  const [arranged] = arrangeItems([item], (entry) => entry, memory.log.length).included;
  if (arranged === undefined || arranged.events.some(({ id }) => memory.ids.has(id))) {
    runEffects(options, memory.rows, item);
    return { status: 'duplicate' };
  }
  const conflict = conflictOf(memory, arranged);
  if (conflict !== undefined) return conflict;
  const guard = guardThatRefuses(options, memory, item);
  if (guard !== undefined) return { status: 'guarded', guard };
  refuseRepeats(arranged);
  const overlay = createRowOverlay(options.projections.map(withFrozenRows), frozenRow(memory.rows));
  overlay.apply(arranged.events);
  const rows = withChanges(memory.rows, overlay.all());
  runEffects(options, rows, item);
  memory.rows = rows;
  for (const event of arranged.events) {
    memory.log.push(event);
    memory.ids.add(event.id);
    memory.versions.set(event.subject, event.version);
  }
  return { status: 'appended', events: structuredClone(arranged.events) };
};

const canonical = (text: string | undefined): string | null =>
  text === undefined ? null : canonicalJson(JSON.parse(text));

const verifyMemory = (memory: Memory, projections: readonly InlineProjection[]): Verification => {
  const overlay = createRowOverlay(projections, () => undefined);
  overlay.apply(memory.log);
  const rebuilt = withChanges(new Map(), overlay.all());
  const checks = projections.map(({ name }) => {
    const [kept, made] = [
      memory.rows.get(name) ?? new Map<string, string>(),
      rebuilt.get(name) ?? new Map<string, string>(),
    ];
    const rows = [...new Set([...kept.keys(), ...made.keys()])]
      .sort()
      .map((key) => ({ key, kept: canonical(kept.get(key)), rebuilt: canonical(made.get(key)) }));
    const wrong = rows.filter((row) => row.kept !== row.rebuilt);
    return { name, rows: made.size, differences: wrong.length, examples: wrong.slice(0, EXAMPLES) };
  });
  return { head: memory.log.length, projections: checks };
};

/** The event store without a database, for unit tests: the same outcomes, and gone with the process. */
export const createMemoryEventStore = (options: MemoryEventStoreOptions): EventStore => {
  const memory: Memory = { log: [], ids: new Set(), versions: new Map(), rows: new Map() };
  const watchers = new Set<() => void>();
  const load = async <Row extends object>(projection: InlineProjection<Row>, key: string) =>
    viewOf(memory.rows).row(projection.name, key) as Row | undefined;
  return {
    append: async (item) => {
      const outcome = appendOne(options, memory, item);
      if (outcome.status === 'appended' && outcome.events.length > 0) for (const watcher of watchers) watcher();
      return outcome;
    },
    readAll: async (after, limit = 500) => structuredClone(memory.log.slice(after, after + limit)),
    readStream: async (subject, afterVersion = 0) =>
      structuredClone(memory.log.filter((event) => event.subject === subject && event.version > afterVersion)),
    head: async () => memory.log.length,
    watch: async (onAppend) => {
      const watcher = (): void => onAppend();
      watchers.add(watcher);
      return async () => {
        watchers.delete(watcher);
      };
    },
    load,
    recall: load,
    rebuild: async (projections) => {
      const overlay = createRowOverlay(projections, () => undefined);
      overlay.apply(memory.log);
      for (const { name } of projections) memory.rows.delete(name);
      memory.rows = withChanges(memory.rows, overlay.all());
      return memory.log.length;
    },
    verify: async (projections) => verifyMemory(memory, projections),
    close: async () => watchers.clear(),
  };
};

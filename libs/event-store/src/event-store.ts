import type { CommittedEnvelope } from '@rig/contracts';
import type { Json } from '@rig/kernel';

/** An event about to be appended; the store adds subject, version and position. */
export type NewEvent = Omit<CommittedEnvelope, 'subject' | 'position' | 'version'>;

/** Events for one stream, and the version it must have for them to be right. */
export interface StreamWrite {
  readonly subject: string;
  /** The stream's version before the write; 0 for a stream that must not exist yet. */
  readonly expectedVersion: number;
  /** None: the decision has only read the stream, which has to be as it was. */
  readonly events: readonly NewEvent[];
}

/** A condition or a side effect inside the append's transaction: the SQL function `guard_<name>` or `effect_<name>`. */
export interface StoreCall {
  readonly name: string;
  readonly args: Json;
  /**
   * Of a guard: what its verdict rests on. Items of one transaction are judged together unless one touches what
   * another's guards rest on; a guard that does not say is judged by itself, behind all that precedes it.
   */
  readonly restsOn?: {
    /** Streams whose events could turn the verdict. */
    readonly subjects: readonly string[];
    /** Names of things that this very item uses up, so that no other may be judged by the same count. */
    readonly uses: readonly string[];
  };
}

/** All or nothing: every write, guard and effect of one decision. */
export interface AppendItem {
  readonly writes: readonly StreamWrite[];
  /** Evaluated under the append lock, after the effects of every earlier append. */
  readonly guards?: readonly StoreCall[];
  /** Run in the same transaction, also when there is nothing to write. */
  readonly effects?: readonly StoreCall[];
}

export type AppendOutcome =
  | { readonly status: 'appended'; readonly events: readonly CommittedEnvelope[] }
  /** An event id of this item is in the log already: the item was decided before. Its effects have been run. */
  | { readonly status: 'duplicate' }
  | { readonly status: 'conflict'; readonly subject: string; readonly expected: number; readonly actual: number }
  | { readonly status: 'guarded'; readonly guard: string };

/**
 * Rows kept in the transaction of the append. One `evolve` serves inline use and rebuild.
 * The table `<schema>.<name>` has at least `(key text primary key, position bigint, state jsonb)`;
 * columns to search by are generated from `state`.
 */
export interface InlineProjection<Row extends object = object> {
  readonly name: string;
  /** The rows an event changes. */
  keysOf(event: CommittedEnvelope): readonly string[];
  /** The row after the event; undefined deletes it. Pure. */
  evolve(row: Row | undefined, event: CommittedEnvelope, key: string): Row | undefined;
}

/** One row that is not what the log makes of it; null where it is missing. */
export interface RowDifference {
  readonly key: string;
  /** The row as it is kept: canonical JSON. */
  readonly kept: string | null;
  /** The row as the log makes it. */
  readonly rebuilt: string | null;
}

export interface ProjectionCheck {
  readonly name: string;
  /** Rows that the log makes. */
  readonly rows: number;
  readonly differences: number;
  /** The first differences by key, at most 20. */
  readonly examples: readonly RowDifference[];
}

export interface Verification {
  /** Position up to which the log was replayed; the rows compared are those of the same moment. */
  readonly head: number;
  readonly projections: readonly ProjectionCheck[];
}

/** Reading the log: the public, read-only contract. */
export interface EventLog {
  /** Events with `position > after`, in order, at most `limit` (default 500). */
  readAll(after: number, limit?: number): Promise<readonly CommittedEnvelope[]>;
  readStream(subject: string, afterVersion?: number): Promise<readonly CommittedEnvelope[]>;
  /** Position of the last committed event; 0 for an empty log. */
  head(): Promise<number>;
  /** Calls `onAppend` soon after appends: a wake-up, never the only way to notice. Resolves to the way to end it. */
  watch(onAppend: () => void): Promise<() => Promise<void>>;
}

export interface EventStore extends EventLog {
  append(item: AppendItem): Promise<AppendOutcome>;
  /** The current row of an inline projection. */
  load<Row extends object>(projection: InlineProjection<Row>, key: string): Promise<Row | undefined>;
  /**
   * The row from memory where this process remembers it, else as `load`. It may lack what another process appended in
   * the last moment, or hold what is about to be committed: good enough for a decision that an append with expected
   * versions then verifies. Not to be changed.
   */
  recall<Row extends object>(projection: InlineProjection<Row>, key: string): Promise<Row | undefined>;
  /** Rebuilds projections from the log in chunks; resolves to the number of events applied. */
  rebuild(projections: readonly InlineProjection[]): Promise<number>;
  /** Builds projections from the log beside the rows that are kept, and compares; changes nothing. */
  verify(projections: readonly InlineProjection[]): Promise<Verification>;
  close(): Promise<void>;
}

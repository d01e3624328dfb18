import type { Lifecycle, Refusal, Result } from '@rig/kernel';

/** One entry as a handler gets it. */
export interface Delivery<T> {
  readonly stream: string;
  readonly group: string;
  readonly consumer: string;
  /** The entry's stream id. */
  readonly id: string;
  /** 1 for the first delivery of this entry to this group. */
  readonly attempt: number;
  readonly value: T;
  /** Aborts when the consumer stops. */
  readonly signal: AbortSignal;
}

/**
 * What a handler says of one entry.
 * - `ack`: done, or of no interest (say which with `outcome`, it is counted).
 * - `retry`: again in place after a back-off; after the last try it goes to the dead list with `reason`.
 * - `dead`: to the dead list at once.
 * - `leave`: neither acknowledged nor counted as a try; stays pending (the handler acknowledges it later itself).
 * A handler that throws means `retry`, or `dead` if it throws a terminal RigError.
 */
export type Verdict =
  | { readonly verdict: 'ack'; readonly outcome?: string }
  | {
      readonly verdict: 'retry';
      readonly reason: string;
      /** Instead of the back-off, in milliseconds. */
      readonly delayMs?: number;
      /** False: waiting for something, not a failure; does not bring the entry nearer to the dead list. Default true. */
      readonly counted?: boolean;
    }
  | { readonly verdict: 'dead'; readonly reason: string }
  | { readonly verdict: 'leave' };

export interface ConsumeOptions<T> {
  readonly stream: string;
  readonly group: string;
  /** The pod's HOSTNAME. */
  readonly consumer: string;
  /** Parses an entry's `json` field; a refusal goes to the dead list at once. */
  parse(json: unknown): Result<T, Refusal>;
  handle(delivery: Delivery<T>): Promise<Verdict>;
  /** Entries read at once. Default 64. */
  readonly batch?: number;
  /** Entries handled at the same time. Default 1: in stream order. */
  readonly concurrency?: number;
  /**
   * False: nothing is read before there is a free place for it. For work of minutes, where an entry that waits behind
   * another is kept from a consumer that could begin it. Default true: the next batch is read while the last is handled.
   */
  readonly readAhead?: boolean;
  /** Asked before each read; false: nothing more is read, what is at hand is finished. Default: always true. */
  more?(): boolean;
  /** Tries before the dead list. Default 5. */
  readonly maxTries?: number;
  /** Also take over entries of other consumers that were idle for so long, in milliseconds. Default: never. */
  readonly takeOverIdleMs?: number;
  /** Longest wait of one blocking read, in milliseconds. Default 2000. */
  readonly blockMs?: number;
  /** Delay before the second try, doubled for each further one, in milliseconds. Default 1000. */
  readonly retryBaseMs?: number;
  /** Upper bound of that delay, in milliseconds. Default 60 000. */
  readonly retryMaxMs?: number;
}

export interface DeadEntry {
  readonly id: string;
  readonly stream: string;
  readonly group: string;
  readonly entryId: string;
  readonly reason: string;
  readonly tries: number;
  readonly at: string;
  readonly json: string;
}

/** An entry for `relay`: written only if the stream's last id is what the caller thinks. */
export interface RelayEntry {
  /** Position of the event: the stream id becomes `<position>-0`. */
  readonly position: number;
  readonly json: string;
  /** Offers written before the event. */
  readonly offers: readonly { readonly stream: string; readonly json: string }[];
}

export interface StreamBus {
  /** Adds an entry with an automatic id. Resolves to the id. */
  publish(stream: string, value: unknown): Promise<string>;
  publishMany(stream: string, values: readonly unknown[]): Promise<readonly string[]>;
  /** Makes stream and group, from `0`; does nothing where they exist. */
  ensureGroup(stream: string, group: string): Promise<void>;
  /** Starts reading when `start` is called. */
  consume<T>(options: ConsumeOptions<T>): Lifecycle;
  ack(stream: string, group: string, id: string): Promise<void>;

  /** Appends events in order after `previous` (position of the stream's last id; 0 for an empty stream). */
  relay(
    stream: string,
    previous: number,
    entries: readonly RelayEntry[],
  ): Promise<{ readonly status: 'relayed' } | { readonly status: 'moved'; readonly last: number }>;
  /** Position of a relayed stream's last id; 0 when there is none. */
  lastPosition(stream: string): Promise<number>;
  /** Position of a relayed stream's first entry; undefined when it is empty. */
  firstPosition(stream: string): Promise<number | undefined>;
  /** A later copy of an offer, under `<last position>-*`. */
  offerAgain(stream: string, position: number, value: unknown): Promise<string>;
  /** Payloads that lie on a stream undelivered or pending, at most `limit`, oldest first. */
  outstanding(
    stream: string,
    group: string,
    limit: number,
  ): Promise<readonly { readonly id: string; readonly json: string }[]>;

  /**
   * Renews the lease of an attempt by the store's clock, and keeps the offer's pending entry with its owner.
   * False when a newer fence or another owner holds the lease, or the entry belongs to another consumer. An entry that
   * is gone (a wiped store) does not end the lease.
   */
  renewLease(lease: {
    readonly key: string;
    readonly fence: number;
    readonly owner: string;
    readonly ttlMs: number;
    readonly entry?: {
      readonly stream: string;
      readonly group: string;
      readonly id: string;
      /** Whose pending entry it is. Default: `owner` up to its first `/` (owners read `HOSTNAME/incarnation`). */
      readonly consumer?: string;
    };
  }): Promise<boolean>;
  /** Milliseconds left of a lease and its fence; undefined when there is none. */
  readLease(
    key: string,
  ): Promise<{ readonly fence: number; readonly owner: string; readonly leftMs: number } | undefined>;
  endLease(key: string, fence: number): Promise<void>;

  /** Says that a service lives, for the next `ttlMs` milliseconds by the store's clock (key `rig:alive:<name>`). */
  markAlive(name: string, ttlMs: number): Promise<void>;
  /** Whether some process of a service said so lately enough. */
  alive(name: string): Promise<boolean>;
  /**
   * Says for the next `ttlMs` milliseconds that a name is `owner`'s. Resolves to who said so before, in that time, if
   * that was somebody else: at the first call perhaps a predecessor, later somebody who goes by the same name.
   * @param key  see `nameKey`
   */
  claimName(key: string, owner: string, ttlMs: number): Promise<string | undefined>;

  /**
   * Drops entries that every group has acknowledged and that are older than `keepMs`. Resolves to how many. Ages are
   * known from earlier calls (each marks the stream's end), so call it regularly, for example every minute.
   * @param hardKeepMs  age after which entries go although a group has not read them (a dead group must not pin the
   *   stream: it catches up from the log), in milliseconds. Default: never.
   */
  trim(stream: string, keepMs: number, hardKeepMs?: number): Promise<number>;
  /**
   * Forgets consumers of a group that have asked for nothing for `idleMs` (a reader asks every few seconds) and hold no
   * pending entry. Resolves to their names.
   */
  dropConsumers(stream: string, group: string, idleMs: number): Promise<readonly string[]>;
  /** XINFO GROUPS, as numbers. */
  groups(
    stream: string,
  ): Promise<
    readonly { readonly name: string; readonly pending: number; readonly lag: number; readonly lastPosition: number }[]
  >;

  deadLists(): Promise<readonly { readonly list: string; readonly entries: number }[]>;
  /** Entries of a dead list, oldest first, at most `limit`. */
  dead(list: string, limit: number): Promise<readonly DeadEntry[]>;
  /** One entry of a dead list. */
  deadEntry(list: string, id: string): Promise<DeadEntry | undefined>;
  /** Puts a dead entry back on its stream for its group alone; false when it is not there. */
  redrive(list: string, id: string): Promise<boolean>;
  dropDead(list: string, id: string): Promise<boolean>;

  ping(): Promise<boolean>;
  close(): Promise<void>;
}

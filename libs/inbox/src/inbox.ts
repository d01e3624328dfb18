import type { Fact } from '@rig/contracts';

export interface IncomingDelivery {
  /** The forge's id of the delivery. */
  readonly guid: string;
  /** Its event name, for example `issues`. */
  readonly event: string;
  /** What of the headers is worth keeping; no secrets, no signatures. */
  readonly headers: Readonly<Record<string, string>>;
  /** The raw bytes, as they were signed. */
  readonly body: Buffer;
}

export interface StoreOutcome {
  /** `duplicate`: it is there already (under `id`), or its like came within the last three days. */
  readonly status: 'stored' | 'duplicate';
  readonly id: string;
}

export interface Settled {
  readonly at: string;
  readonly outcome: 'applied' | 'ignored' | 'refused';
  readonly reason: string;
}

interface InboxItemHead {
  readonly id: string;
  readonly receivedAt: string;
  /** Undefined while it waits. */
  readonly settled: Settled | undefined;
}

export interface InboxDelivery extends InboxItemHead, IncomingDelivery {
  readonly kind: 'delivery';
}

export interface InboxFact extends InboxItemHead {
  readonly kind: 'fact';
  /** Not yet parsed: whoever decides it parses it. */
  readonly fact: unknown;
}

export type InboxItem = InboxDelivery | InboxFact;

export interface InboxCounts {
  readonly undecided: number;
  /** Age of the oldest undecided item, in milliseconds; 0 when there is none. */
  readonly oldestMs: number;
}

export interface Inbox {
  /**
   * Committed when it resolves. Rejects with INBOX_BUSY (too much waits) or INBOX_UNAVAILABLE (no database, or no
   * commit within 8 s), both retryable: then the sender must send it again.
   */
  storeDelivery(delivery: IncomingDelivery): Promise<StoreOutcome>;
  /** The same for facts; outcomes in the order given. */
  storeFacts(facts: readonly Fact[]): Promise<readonly StoreOutcome[]>;
  load(id: string): Promise<InboxItem | undefined>;
  /** Those of the forge's delivery ids under which nothing lies here. */
  missing(guids: readonly string[]): Promise<readonly string[]>;
  /** Ids of what has waited for `olderThanMs`, oldest first. */
  undecided(options: { readonly olderThanMs: number; readonly limit: number }): Promise<readonly string[]>;
  /** Ends an item outside an append; the first outcome stands. */
  settle(id: string, outcome: Settled['outcome'], reason: string): Promise<void>;
  /**
   * Puts what waits back on the stream: after 5 s, then 10, 20, … at most 5 min apart, so that a conductor that is
   * away does not fill the stream. Resolves to how many.
   */
  wakeUndecided(limit?: number): Promise<number>;
  /** Deletes at most `limit` (default 1000) items settled for `olderThanMs`. Resolves to how many. */
  deleteSettled(options: { readonly olderThanMs: number; readonly limit?: number }): Promise<number>;
  counts(): Promise<InboxCounts>;
  /** Waits for what is being stored; refuses more. */
  close(): Promise<void>;
}

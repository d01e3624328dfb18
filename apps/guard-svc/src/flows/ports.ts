import type { Fact } from '@rig/contracts';
import type { Block } from '../core/block.js';
import type { History, Spike } from '../core/spikes.js';

/** What was taken in for good with one block. */
export type Taken = { readonly status: 'taken'; readonly spikes: readonly Spike[] } | { readonly status: 'seen' };

/** What the service keeps of the log. */
export interface Ledger {
  /** Position up to which the log was taken in, by whichever process. */
  position(): Promise<number>;
  /**
   * Takes a block in, with the spikes that `find` sees in it and their facts, all or nothing; `seen` where some process
   * has done so already. Every block before it in the log must have been given to this or another process's `take`.
   */
  take(block: Block, find: (history: History) => readonly Spike[]): Promise<Taken>;
  /** Notes that the log was taken in up to a position; never goes back. */
  advance(position: number): Promise<void>;
  /** Forgets everything, to take the log in from its beginning. */
  forget(): Promise<void>;
}

/** Where facts wait until the log has answered them. */
export interface FactKeeper {
  put(facts: readonly Fact[]): Promise<void>;
  settle(ids: readonly string[]): Promise<void>;
}

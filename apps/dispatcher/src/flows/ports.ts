import type { Fact } from '@rig/contracts';

/** Keeps facts until the log has answered them. */
export interface FactOutbox {
  /** Stores facts and sends them; an id that is stored already is passed over. */
  add(facts: readonly Fact[]): Promise<void>;
  /** Drops facts by id, known or not: the log has answered them. */
  settle(ids: readonly string[]): Promise<void>;
}

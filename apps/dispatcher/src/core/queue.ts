import type { TaskKind } from '@rig/contracts';
import type { Pool } from './crew.js';
import { inTurn, type Entry, type Seat } from './entry.js';
import { Ranked } from './ranked.js';

/** Everything of one repository that the same agents may have: where one goes, the others may go. */
export interface Queue {
  readonly lane: Lane;
  readonly repo: string;
  readonly waiting: Ranked<Entry>;
  /** Those for which a reason may be recorded, by the reason last recorded; an empty one for none. */
  readonly told: Map<string, Ranked<Entry>>;
  /** Its first, as it stands among the other open queues of the lane; undefined while it does not. */
  head: Entry | undefined;
  /** Why it waits, and for how many that was counted. */
  counted: { readonly code: string; readonly size: number } | undefined;
}

/** All repositories' queues for which the same agents are asked. */
export interface Lane {
  readonly key: string;
  readonly task: TaskKind;
  readonly needs: readonly string[];
  /** For a fix the agent that is asked; for a review the reviewer that must not be, where there is one. */
  readonly author: string | null;
  readonly pools: readonly Pool[];
  readonly queues: Map<string, Queue>;
  /** Firsts of the queues whose repository lets new work begin. */
  readonly open: Ranked<Entry>;
}

export type AgentSeat = Extract<Seat, { waitsFor: 'agent' }>;

export const createQueue = (lane: Lane, repo: string): Queue => ({
  lane,
  repo,
  waiting: new Ranked(inTurn),
  told: new Map(),
  head: undefined,
  counted: undefined,
});

export const enqueue = (queue: Queue, entry: Entry): void => {
  queue.waiting.add(entry);
  if (!entry.tellable) return;
  const reason = entry.deferred ?? '';
  const same = queue.told.get(reason) ?? new Ranked(inTurn);
  queue.told.set(reason, same);
  same.add(entry);
};

export const dequeue = (queue: Queue, entry: Entry): void => {
  queue.waiting.remove(entry);
  const reason = entry.deferred ?? '';
  const same = queue.told.get(reason);
  same?.remove(entry);
  if (same?.size === 0) queue.told.delete(reason);
};

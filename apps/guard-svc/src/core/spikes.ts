import type { Block } from './block.js';

/**
 * When an agent is refused unusually often. Time is the time of the blocks and never that of a clock, and a block is
 * weighed against the blocks before it in the log: whoever reads the same log finds the same spikes.
 *
 * burst: some ten minutes that contain the block hold at least 5 blocks of the agent.
 *
 * rate: some hour that contains the block holds at least 3 blocks of the agent, and at least three times the mean of an
 *   hour of the seven days before (the seven days that end an hour before the block). Only where these seven days hold
 *   at least 7 blocks: who has no habit cannot depart from it, and is still held by `burst`.
 *
 * A window ends with a block and does not contain the moment it begins at. Each cause is reported once in its window:
 * no second spike of the same cause whose last block lies less than ten minutes (an hour) from that of the first.
 * A worker's own tests of the guard are not counted.
 */
export const BURST = { blocks: 5, windowMs: 10 * 60_000 } as const;
export const RATE = { blocks: 3, windowMs: 3_600_000, times: 3, weekMs: 7 * 24 * 3_600_000, weekBlocks: 7 } as const;

const HOURS_OF_WEEK = RATE.weekMs / 3_600_000;
/** Rules named in a spike, at most. */
const NAMED_RULES = 5;

export type SpikeCause = 'burst' | 'rate';

export const windowOf = (cause: SpikeCause): number => (cause === 'burst' ? BURST.windowMs : RATE.windowMs);

/** A spike that was reported already. */
export interface KnownSpike {
  readonly cause: SpikeCause;
  /** Time of its last block, in milliseconds. */
  readonly at: number;
}

export interface Spike extends KnownSpike {
  readonly agent: string;
  /** The block that brought it to light. */
  readonly trigger: Block;
  readonly blocks: number;
  /** Time of its first block, in milliseconds. */
  readonly from: number;
  readonly weekBlocks: number;
  /** The most frequent first. */
  readonly rules: readonly { readonly rule: string; readonly blocks: number }[];
  /** Of its last block. */
  readonly taskId: string | null;
  readonly taskSubject: string | null;
}

/** What an agent did before a block. */
export interface History {
  /** Its blocks less than an hour from the block, itself not among them, in any order. */
  readonly near: readonly Block[];
  /** How many blocks it has in the seven days that end an hour before the block. */
  readonly weekBlocks: number;
  /** Its spikes that are near. */
  readonly spikes: readonly KnownSpike[];
}

const byTime = (a: Block, b: Block): number => a.at - b.at || a.position - b.position;

const rulesOf = (blocks: readonly Block[]): Spike['rules'] => {
  const counts = new Map<string, number>();
  for (const { rule } of blocks) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts]
    .map(([rule, count]) => ({ rule, blocks: count }))
    .sort((a, b) => b.blocks - a.blocks || (a.rule < b.rule ? -1 : 1))
    .slice(0, NAMED_RULES);
};

const suffices = (cause: SpikeCause, blocks: number, weekBlocks: number): boolean =>
  cause === 'burst'
    ? blocks >= BURST.blocks
    : blocks >= RATE.blocks && weekBlocks >= RATE.weekBlocks && blocks * HOURS_OF_WEEK >= RATE.times * weekBlocks;

const spikeOf = (cause: SpikeCause, block: Block, { near, weekBlocks, spikes }: History): Spike | undefined => {
  const width = windowOf(cause);
  const all = [...near, block].sort(byTime);
  const isQuiet = (at: number): boolean =>
    spikes.some((known) => known.cause === cause && Math.abs(known.at - at) < width);
  // Windows that contain the block end with it or with a later one: a report may come late.
  for (const last of all) {
    if (last.at < block.at || last.at >= block.at + width || isQuiet(last.at)) continue;
    const within = all.filter(({ at }) => at > last.at - width && at <= last.at);
    if (!suffices(cause, within.length, weekBlocks)) continue;
    const { agent } = block;
    const newest = within.at(-1) ?? last;
    return {
      cause,
      agent,
      trigger: block,
      at: last.at,
      from: within[0]?.at ?? last.at,
      blocks: within.length,
      weekBlocks,
      rules: rulesOf(within),
      taskId: newest.taskId,
      taskSubject: newest.taskSubject,
    };
  }
  return undefined;
};

/** The spikes that one more block brings to light: none, a burst, a rate, or both. */
export const spikesOf = (block: Block, history: History): readonly Spike[] =>
  (['burst', 'rate'] as const).flatMap((cause) => spikeOf(cause, block, history) ?? []);

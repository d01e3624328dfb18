import type { Block } from '../core/block.js';
import { RATE, type Spike } from '../core/spikes.js';
import type { Ledger } from '../flows/ports.js';

export interface MemoryLedger extends Ledger {
  readonly spikes: readonly Spike[];
  readonly blocks: readonly Block[];
}

/** What the tables do, in memory; shared by several processes as the tables are. */
export const createMemoryLedger = (): MemoryLedger => {
  let position = 0;
  const blocks: Block[] = [];
  const spikes: Spike[] = [];
  const note = (at: number): void => {
    position = Math.max(position, at);
  };
  return {
    blocks,
    spikes,
    position: async () => position,
    take: async (block, find) => {
      if (position >= block.position) return { status: 'seen' };
      const own = blocks.filter(({ agent }) => agent === block.agent);
      const hourBefore = block.at - RATE.windowMs;
      const found = find({
        near: own.filter(({ at }) => at > hourBefore && at < block.at + RATE.windowMs),
        weekBlocks: own.filter(({ at }) => at > hourBefore - RATE.weekMs && at <= hourBefore).length,
        spikes: spikes.filter(({ agent }) => agent === block.agent),
      });
      blocks.push(block);
      spikes.push(...found);
      note(block.position);
      return { status: 'taken', spikes: found };
    },
    advance: async (at) => note(at),
    forget: async () => {
      position = 0;
      blocks.length = 0;
      spikes.length = 0;
    },
  };
};

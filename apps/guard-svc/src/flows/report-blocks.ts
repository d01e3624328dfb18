import type { Fact } from '@rig/contracts';
import { createLoop, messageOf, withDeadline, type Clock, type Lifecycle, type Logger } from '@rig/kernel';
import type { FactKeeper } from './ports.js';

export interface ReportBlocksDeps {
  /** Undefined until the database could be reached. */
  facts(): Pick<FactKeeper, 'put'> | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Facts that wait in memory now. */
  onWaiting(waiting: number): void;
  onDropped(): void;
}

/** Facts kept in memory while the database is away, at most; the oldest go first. */
export const MAX_WAITING = 10_000;
/** An answer waits so long for its record, in milliseconds: a database that hangs must not hold decisions up. */
const RECORD_WITHIN_MS = 500;
const FLUSH_EVERY_MS = 1_000;
const BATCH = 100;

export interface ReportBlocks extends Lifecycle {
  /** Keeps facts. True: they are stored for good; false: they are in memory until they can be. Never rejects. */
  report(facts: readonly Fact[]): Promise<boolean>;
}

/** Facts in memory, in the order in which they came; of too many the oldest go. */
const createWaiting = ({ onWaiting, onDropped }: Pick<ReportBlocksDeps, 'onWaiting' | 'onDropped'>) => {
  const waiting: Fact[] = [];
  return {
    size: () => waiting.length,
    first: (count: number): readonly Fact[] => waiting.slice(0, count),
    keep: (more: readonly Fact[]): void => {
      waiting.push(...more);
      for (let over = waiting.length - MAX_WAITING; over > 0; over--) {
        waiting.shift();
        onDropped();
      }
      onWaiting(waiting.length);
    },
    remove: (facts: readonly Fact[]): void => {
      // Whatever came meanwhile stands behind them, and the oldest may have gone.
      for (const fact of facts) {
        const at = waiting.indexOf(fact);
        if (at >= 0) waiting.splice(at, 1);
      }
      onWaiting(waiting.length);
    },
  };
};

/** Hands blocks that were found here to the outbox, without letting a decision wait for a database that is away. */
export const createReportBlocks = (deps: ReportBlocksDeps): ReportBlocks => {
  const { facts, clock, logger } = deps;
  const waiting = createWaiting(deps);

  const flush = async (): Promise<string> => {
    const keeper = facts();
    const batch = waiting.first(BATCH);
    if (keeper === undefined || batch.length === 0) return 'idle';
    await keeper.put(batch);
    waiting.remove(batch);
    return 'stored';
  };
  const name = 'store blocks';
  const loop = createLoop({ name, once: flush, everyMs: FLUSH_EVERY_MS, again: ['stored'], clock, logger });

  return {
    start: loop.start,
    stop: async () => {
      await loop.stop();
      while ((await flush().catch(() => 'idle')) === 'stored');
      const lost = waiting.size();
      if (lost > 0) logger.log('error', 'blocks were not stored and are lost', { blocks: lost });
    },
    report: async (found) => {
      const keeper = facts();
      // Where others wait already the database is away: no answer waits for it too.
      if (keeper === undefined || waiting.size() > 0) {
        waiting.keep(found);
        return false;
      }
      try {
        await withDeadline('storing a block', RECORD_WITHIN_MS, () => keeper.put(found));
        return true;
      } catch (error) {
        logger.log('warn', 'blocks wait in memory', { blocks: found.length, error: messageOf(error) });
        waiting.keep(found);
        return false;
      }
    },
  };
};

import { isRigError, messageOf, type Logger } from '@rig/kernel';
import type { DecideInboxEntry } from './decide-inbox-entry.js';
import type { SweepOutcome } from './sweep-outcome.js';

export interface SweepInboxDeps {
  readonly decide: DecideInboxEntry;
  undecided(): Promise<readonly string[]>;
  readonly logger: Logger;
}

/** Decides entries whose wake-up was lost, for example with a wiped Valkey. */
export const createSweepInbox =
  ({ decide, undecided, logger }: SweepInboxDeps) =>
  async (signal: AbortSignal): Promise<SweepOutcome> => {
    const ids = await undecided();
    let mended = 0;
    for (const id of ids) {
      if (signal.aborted) break;
      try {
        await decide(id);
        mended += 1;
      } catch (error) {
        // One bad entry must not keep its neighbours waiting.
        logger.log('warn', 'an inbox entry could not be decided', { id, code: codeOf(error), error: messageOf(error) });
      }
    }
    return mended > 0 ? 'mended' : 'idle';
  };

const codeOf = (error: unknown): string => (isRigError(error) ? error.code : 'UNKNOWN');

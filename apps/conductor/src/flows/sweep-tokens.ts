import type { TokenMinter } from '@rig/forge';
import type { Clock } from '@rig/kernel';
import type { TokenLedger } from './mint-task-token.js';
import { createPatience } from './patience.js';
import type { Mended } from './sweep.js';

export interface SweepTokensDeps {
  readonly ledger: Pick<TokenLedger, 'orphans' | 'forget'>;
  readonly minter: Pick<TokenMinter, 'revoke'>;
  readonly clock: Clock;
}

/** The end of an attempt has its tokens revoked at once; so long later, in milliseconds, that was missed. */
const PATIENCE_MS = 60_000;
const MAX_PER_PASS = 50;

/** Revokes forge tokens of attempts that have ended, in case the event that ended one was never acted on. */
export const createSweepTokens = ({ ledger, minter, clock }: SweepTokensDeps) => {
  const overdue = createPatience(clock, PATIENCE_MS);
  return async (signal: AbortSignal): Promise<Mended> => {
    const orphans = await ledger.orphans(MAX_PER_PASS);
    const late = overdue(orphans.map(({ id }) => String(id)));
    const revoked: string[] = [];
    for (const { id, taskId, token } of orphans.filter((orphan) => late.has(String(orphan.id)))) {
      if (signal.aborted) break;
      await minter.revoke(token);
      await ledger.forget([id]);
      revoked.push(`a token of ${taskId}`);
    }
    return revoked;
  };
};

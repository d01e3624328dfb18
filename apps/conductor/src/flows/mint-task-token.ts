import type { TaskToken } from '@rig/contracts';
import type { TokenMinter } from '@rig/forge';
import { accept, type Refusal, type Result } from '@rig/kernel';
import { roleFor } from '@rig/policy';
import type { CheckFence } from './check-fence.js';

export interface MintTaskTokenDeps {
  readonly minter: TokenMinter;
  readonly checkFence: CheckFence;
  readonly apiUrl: string;
  /** Base under which `<owner>/<name>.git` is cloned. */
  readonly gitUrl: string;
  /** Remembers tokens by task, so that they can be revoked when the attempt ends. */
  readonly ledger: TokenLedger;
}

/** Tokens given out and not yet ended. */
export interface TokenLedger {
  /** Remembered before the token is handed over, so that none is out which nobody could revoke. */
  add(taskId: string, fence: number, token: string, expiresAt: string): Promise<void>;
  /** Tokens of a task whose fence is below `below`; all of them when undefined. */
  of(taskId: string, below?: number): Promise<readonly { readonly id: number; readonly token: string }[]>;
  forget(ids: readonly number[]): Promise<void>;
  /** Tokens that are still good and whose attempt is not the running one of a live task; at most `limit`. */
  orphans(limit: number): Promise<readonly { readonly id: number; readonly taskId: string; readonly token: string }[]>;
}

/**
 * Mints a forge token for one task's repository and role, for the current fence alone. The fence is checked again
 * after minting: an attempt that ended meanwhile gets nothing, and its token is revoked.
 */
export const createMintTaskToken =
  ({ minter, checkFence, apiUrl, gitUrl, ledger }: MintTaskTokenDeps) =>
  async (taskId: string, agentId: string, fence: number): Promise<Result<TaskToken, Refusal>> => {
    const before = await checkFence(taskId, agentId, fence);
    if (!before.ok) return before;
    const { repo, kind } = before.value;
    const minted = await minter.mint(repo, roleFor(kind));
    await ledger.add(taskId, fence, minted.token, minted.expiresAt);
    const after = await checkFence(taskId, agentId, fence);
    if (!after.ok) {
      await minter.revoke(minted.token);
      return after;
    }
    return accept({ ...minted, apiUrl, cloneUrl: `${gitUrl}/${repo}.git` });
  };

export type MintTaskToken = ReturnType<typeof createMintTaskToken>;

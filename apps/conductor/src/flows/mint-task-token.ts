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

/** Tokens given out and not yet ended. Bounded by the number of live attempts. */
export interface TokenLedger {
  add(taskId: string, fence: number, token: string): void;
  /** Takes out every token of a task whose fence is below `fence` (all of them when undefined). */
  take(taskId: string, below?: number): readonly string[];
}

export const createTokenLedger = (): TokenLedger => {
  const byTask = new Map<string, { fence: number; token: string }[]>();
  return {
    add: (taskId, fence, token) => {
      byTask.set(taskId, [...(byTask.get(taskId) ?? []), { fence, token }]);
    },
    take: (taskId, below = Number.POSITIVE_INFINITY) => {
      const all = byTask.get(taskId) ?? [];
      const kept = all.filter((entry) => entry.fence >= below);
      if (kept.length === 0) byTask.delete(taskId);
      else byTask.set(taskId, kept);
      return all.filter((entry) => entry.fence < below).map((entry) => entry.token);
    },
  };
};

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
    const after = await checkFence(taskId, agentId, fence);
    if (!after.ok) {
      await minter.revoke(minted.token);
      return after;
    }
    ledger.add(taskId, fence, minted.token);
    return accept({ ...minted, apiUrl, cloneUrl: `${gitUrl}/${repo}.git` });
  };

export type MintTaskToken = ReturnType<typeof createMintTaskToken>;

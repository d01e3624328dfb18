import type { TokenLedger } from '../flows/mint-task-token.js';

export const createMemoryTokenLedger = (): TokenLedger => {
  let entries: { id: number; taskId: string; fence: number; token: string }[] = [];
  let last = 0;
  return {
    add: async (taskId, fence, token) => void entries.push({ id: (last += 1), taskId, fence, token }),
    of: async (taskId, below = Number.POSITIVE_INFINITY) =>
      entries.filter((entry) => entry.taskId === taskId && entry.fence < below),
    // Whose attempt has ended is not known here.
    orphans: async () => [],
    forget: async (ids) => {
      entries = entries.filter((entry) => !ids.includes(entry.id));
    },
  };
};

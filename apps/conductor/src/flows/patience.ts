import type { Clock } from '@rig/kernel';

/**
 * Remembers since when each of a changing set of things has been there, by this process's clock, and answers which have
 * been there for `ms`. After an answer the wait begins anew.
 */
export const createPatience = (clock: Clock, ms: number) => {
  const since = new Map<string, number>();
  return (present: readonly string[]): ReadonlySet<string> => {
    const now = clock.now();
    const keys = new Set(present);
    for (const key of since.keys()) if (!keys.has(key)) since.delete(key);
    const overdue = new Set<string>();
    for (const key of keys) {
      const first = since.get(key) ?? now;
      const late = now - first >= ms;
      if (late) overdue.add(key);
      since.set(key, late ? now : first);
    }
    return overdue;
  };
};

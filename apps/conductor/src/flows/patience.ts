import type { Clock } from '@rig/kernel';

interface Wait {
  readonly since: number;
  readonly ms: number;
}

/**
 * Remembers since when each of a changing set of things has been there, by this process's clock, and answers which have
 * been there for `ms`. After an answer the wait begins anew, twice as long each time up to `maxMs` (default: `ms`).
 */
export const createPatience = (clock: Clock, ms: number, maxMs: number = ms) => {
  const waits = new Map<string, Wait>();
  return (present: readonly string[]): ReadonlySet<string> => {
    const now = clock.now();
    const keys = new Set(present);
    for (const key of waits.keys()) if (!keys.has(key)) waits.delete(key);
    const overdue = new Set<string>();
    for (const key of keys) {
      const wait = waits.get(key) ?? { since: now, ms };
      const late = now - wait.since >= wait.ms;
      if (late) overdue.add(key);
      waits.set(key, late ? { since: now, ms: Math.min(wait.ms * 2, maxMs) } : wait);
    }
    return overdue;
  };
};

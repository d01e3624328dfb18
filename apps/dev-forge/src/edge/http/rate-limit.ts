import type { Actor } from './actor.js';

interface Window {
  used: number;
  resetAt: number;
}

export interface RateState {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

export interface RateLimiter {
  state(actor: Actor): RateState;
  /** Counts a call; false if the budget was spent already. */
  take(actor: Actor): boolean;
  /** Gives a call back: an answer 304 is free. */
  giveBack(actor: Actor): void;
}

const hourMs = 3_600_000;

const keyOf = (actor: Actor): string =>
  actor.kind === 'installation' ? `installation ${actor.installation.id}` : `${actor.kind} ${actor.login}`;

/** GitHub's primary rate limit: so many calls an hour per installation, user or App. */
export const createRateLimiter = (limit: number, now: () => number): RateLimiter => {
  const windows = new Map<string, Window>();
  const windowOf = (actor: Actor): Window => {
    const key = keyOf(actor);
    const known = windows.get(key);
    if (known !== undefined && known.resetAt > now()) return known;
    const fresh = { used: 0, resetAt: now() + hourMs };
    windows.set(key, fresh);
    return fresh;
  };
  return {
    state: (actor) => {
      const { used, resetAt } = windowOf(actor);
      return { limit, used, remaining: Math.max(0, limit - used), reset: Math.ceil(resetAt / 1000) };
    },
    take: (actor) => {
      const window = windowOf(actor);
      if (window.used >= limit) return false;
      window.used += 1;
      return true;
    },
    giveBack: (actor) => {
      const window = windowOf(actor);
      window.used = Math.max(0, window.used - 1);
    },
  };
};

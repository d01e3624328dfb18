import { isoTime, type Clock, type RigError } from '@rig/kernel';
import { rateLimited } from './errors.js';

export type Headers = Readonly<Record<string, string | number | undefined>>;

/** What an identity may still ask of one resource (`core`, `graphql`) until `resetAt`. */
export interface Budget {
  readonly limit: number;
  readonly remaining: number;
  /** ISO time at which the budget is full again. */
  readonly resetAt: string;
}

interface Entry {
  limit: number;
  remaining: number;
  resetMs: number;
  /** Set by a refusal (secondary limit): nothing is sent before it. */
  blockedUntilMs: number;
}

export interface RateBudgets {
  /** Resolves when a call may be sent. @throws RigError FORGE_RATE_LIMITED if that is further away than `maxWaitMs`. */
  admit(identity: string, resource: string): Promise<void>;
  observe(identity: string, resource: string, headers: Headers): void;
  /** The forge refused for its rate limit: hold back until it says, or a minute as GitHub's documents ask. */
  refused(identity: string, resource: string, headers: Headers): void;
  /** The error for a call that was refused although it waited. */
  exhausted(identity: string, resource: string): RigError;
  /** The tightest budget known now. */
  tightest(): Budget | undefined;
}

const UNTOLD_PAUSE_MS = 60_000;
const SAME_WINDOW_MS = 5_000;
/** Identities are few (an App per role, an installation per owner); the bound is against a leak only. */
const MAX_ENTRIES = 1_000;

const numberOf = (value: string | number | undefined): number | undefined => {
  const number = value === undefined || value === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
};

/** When a call may next be sent, milliseconds since 1970. */
const freeAt = (known: Entry): number => Math.max(known.remaining <= 0 ? known.resetMs : 0, known.blockedUntilMs);

const createEntries = () => {
  const entries = new Map<string, Entry>();
  const entry = (identity: string, resource: string): Entry => {
    const key = `${identity} ${resource}`;
    const known = entries.get(key);
    if (known !== undefined) return known;
    if (entries.size >= MAX_ENTRIES) entries.clear();
    const fresh: Entry = { limit: 0, remaining: Number.POSITIVE_INFINITY, resetMs: 0, blockedUntilMs: 0 };
    entries.set(key, fresh);
    return fresh;
  };
  return { entry, all: (): readonly Entry[] => [...entries.values()] };
};

export const createRateBudgets = (clock: Clock, maxWaitMs: number): RateBudgets => {
  const { entry, all } = createEntries();

  const observe: RateBudgets['observe'] = (identity, resource, headers) => {
    const remaining = numberOf(headers['x-ratelimit-remaining']);
    const reset = numberOf(headers['x-ratelimit-reset']);
    if (remaining === undefined || reset === undefined) return;
    const known = entry(identity, String(headers['x-ratelimit-resource'] ?? resource));
    const resetMs = reset * 1000;
    // Answers arrive out of order: one from an earlier window says nothing of this one (resets wobble by a second),
    // and within a window the smallest number is the true one.
    if (resetMs < known.resetMs - SAME_WINDOW_MS && known.resetMs > clock.now()) return;
    const sameWindow = Math.abs(resetMs - known.resetMs) <= SAME_WINDOW_MS;
    known.remaining = sameWindow ? Math.min(known.remaining, remaining) : remaining;
    known.resetMs = resetMs;
    known.limit = numberOf(headers['x-ratelimit-limit']) ?? known.limit;
  };

  return {
    observe,
    admit: async (identity, resource) => {
      const known = entry(identity, resource);
      const waitMs = freeAt(known) - clock.now();
      if (waitMs <= 0) {
        // The window is over; its zero says nothing about the new one.
        if (known.remaining <= 0) known.remaining = Number.POSITIVE_INFINITY;
        return;
      }
      if (waitMs > maxWaitMs) throw rateLimited(isoTime(freeAt(known)));
      await clock.sleep(waitMs);
      known.remaining = Number.POSITIVE_INFINITY;
    },
    refused: (identity, resource, headers) => {
      observe(identity, resource, headers);
      const known = entry(identity, resource);
      const retryAfter = numberOf(headers['retry-after']);
      const resetMs = (numberOf(headers['x-ratelimit-reset']) ?? 0) * 1_000;
      if (retryAfter !== undefined) known.blockedUntilMs = clock.now() + retryAfter * 1000;
      // A refusal knows its own window best, whatever earlier answers said.
      else if (numberOf(headers['x-ratelimit-remaining']) === 0 && resetMs > clock.now())
        known.blockedUntilMs = resetMs;
      else if (known.remaining > 0) known.blockedUntilMs = clock.now() + UNTOLD_PAUSE_MS;
    },
    exhausted: (identity, resource) => rateLimited(isoTime(Math.max(freeAt(entry(identity, resource)), clock.now()))),
    tightest: () => {
      const live = all().filter((known) => known.resetMs > clock.now() && known.limit > 0);
      const least = live.toSorted((a, b) => a.remaining / a.limit - b.remaining / b.limit)[0];
      if (least === undefined) return undefined;
      return { limit: least.limit, remaining: Math.min(least.remaining, least.limit), resetAt: isoTime(least.resetMs) };
    },
  };
};

export interface BackoffOptions {
  /** Delay before the first retry, in milliseconds. */
  readonly baseMs: number;
  /** Upper bound, in milliseconds. */
  readonly maxMs: number;
}

/** The delay before retry `n` (0 is the first): base · 2ⁿ, never above the bound. */
export const backoff = (n: number, { baseMs, maxMs }: BackoffOptions): number =>
  Math.min(maxMs, baseMs * 2 ** Math.min(Math.max(n, 0), 30));

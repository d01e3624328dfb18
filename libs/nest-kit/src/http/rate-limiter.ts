/** What one caller may do. */
export interface RateLimit {
  /** Requests per second in the long run; 0 switches the limit off. */
  readonly perSecond: number;
  /** Requests at once after a pause. */
  readonly burst: number;
}

export interface RateLimiter {
  /**
   * Takes one request out of the caller's bucket.
   * @param now  milliseconds, never going back
   * @returns    0 when it may pass, else the milliseconds until the next one may
   */
  take(caller: string, now: number): number;
  /** Callers remembered now. */
  readonly size: number;
}

interface Bucket {
  /** Thousandths of a request, so that time in whole milliseconds adds up exactly. */
  readonly credit: number;
  readonly at: number;
}

const ONE = 1_000;

/**
 * A token bucket for each caller. Only the callers seen last are remembered, so that many names cannot fill the memory:
 * whoever is forgotten starts with a full bucket, which is why the number of requests at once is bounded as well.
 * @param maxCallers  buckets kept. Default 10 000.
 */
export const createRateLimiter = ({ perSecond, burst }: RateLimit, maxCallers = 10_000): RateLimiter => {
  const buckets = new Map<string, Bucket>();
  const keep = (caller: string, bucket: Bucket): void => {
    // Deleted first: a map keeps the order of insertion, so its first key is the one not seen for longest.
    buckets.delete(caller);
    buckets.set(caller, bucket);
    if (buckets.size <= maxCallers) return;
    const [oldest] = buckets.keys();
    if (oldest !== undefined) buckets.delete(oldest);
  };
  return {
    take: (caller, now) => {
      if (perSecond === 0) return 0;
      const last = buckets.get(caller) ?? { credit: burst * ONE, at: now };
      const at = Math.max(now, last.at);
      const credit = Math.min(burst * ONE, last.credit + (at - last.at) * perSecond);
      const passes = credit >= ONE;
      keep(caller, { credit: passes ? credit - ONE : credit, at });
      return passes ? 0 : Math.ceil((ONE - credit) / perSecond);
    },
    get size() {
      return buckets.size;
    },
  };
};

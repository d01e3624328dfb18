/** Buckets to a factor of e: a percentile is right to half a hundredth. */
const FINENESS = 100;

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Counts values by size, so that millions of them take no room. */
export class Histogram {
  readonly #buckets: number[] = [];
  #count = 0;

  /** @param value  0 or more */
  add(value: number): void {
    const bucket = Math.round(Math.log1p(value) * FINENESS);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count += 1;
  }

  /** The value below which this share of them lies; 0 without any. */
  percentile(share: number): number {
    let left = Math.ceil(share * this.#count);
    for (const [bucket, count] of this.#buckets.entries()) {
      left -= count ?? 0;
      if (left <= 0) return this.#count === 0 ? 0 : Math.expm1(bucket / FINENESS);
    }
    return 0;
  }

  percentiles(): Percentiles {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => this.percentile(share));
    return { count: this.#count, p50: p50 ?? 0, p95: p95 ?? 0, p99: p99 ?? 0 };
  }
}

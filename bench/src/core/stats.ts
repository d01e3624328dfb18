/** What several runs of one measurement came to. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);

/** The value below which the given share (0 to 1) of the values lies; nearest rank. NaN for none. */
export const percentile = (values: readonly number[], share: number): number => {
  const all = sorted(values);
  return all[Math.min(all.length - 1, Math.max(0, Math.ceil(share * all.length) - 1))] ?? Number.NaN;
};

/** The middle value, or the mean of the two middle ones. NaN for none. */
export const median = (values: readonly number[]): number => {
  const all = sorted(values);
  const half = Math.floor(all.length / 2);
  const upper = all[half] ?? Number.NaN;
  return all.length % 2 === 1 ? upper : (upper + (all[half - 1] ?? Number.NaN)) / 2;
};

/** Median, least and greatest. */
export const spreadOf = (values: readonly number[]): Spread => ({
  median: median(values),
  low: Math.min(...values),
  high: Math.max(...values),
});

/** Numbers that look random and follow from the seed alone. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** Whether something of this probability happens. */
  chance(probability: number): boolean;
  /** A duration with this median whose logarithm is spread normally. @param spread  standard deviation of the logarithm */
  logNormal(median: number, spread: number): number;
  /** A duration with this mean: the time to the next of events that do not know of each other. */
  exponential(mean: number): number;
}

/** Mulberry32: 32 bits of state, good enough for queues. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const above0 = (): number => 1 - next();
  return {
    next,
    chance: (probability) => next() < probability,
    logNormal: (median, spread) =>
      median * Math.exp(spread * Math.sqrt(-2 * Math.log(above0())) * Math.cos(2 * Math.PI * next())),
    exponential: (mean) => -mean * Math.log(above0()),
  };
};

import type { BenchContext } from './bench.js';

/** One side of a comparison: a run of it yields one value. */
export type Trial = () => Promise<number>;

/**
 * Runs the sides in turns, A B C A B C …, so that whatever else the machine does meets all of them alike. One round
 * before the first that counts warms up code and caches, unless it is to be quick or told otherwise.
 * @returns the values of each side, in the order of the rounds
 */
export const alternate = async <Side extends string>(
  { rounds, quick }: Pick<BenchContext, 'rounds' | 'quick'>,
  sides: Readonly<Record<Side, Trial>>,
  warmUp = !quick,
): Promise<Record<Side, number[]>> => {
  const names = Object.keys(sides) as Side[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Side, number[]>;
  for (let round = warmUp ? -1 : 0; round < rounds; round++) {
    for (const name of names) {
      const value = await sides[name]();
      if (round >= 0) values[name].push(value);
    }
  }
  return values;
};

/** How many a second, of `count` things that `work` does. */
export const rate = async (count: number, work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return count / ((performance.now() - started) / 1_000);
};

/**
 * Keeps `loops` pieces of work under way for `ms` milliseconds: each loop begins its next when the last has ended.
 * @param one  does a piece and answers how many things it did
 * @returns things a second
 */
export const closedLoop = async (
  loops: number,
  ms: number,
  one: (loop: number, turn: number) => Promise<number>,
): Promise<number> => {
  const started = performance.now();
  let done = 0;
  const run = async (loop: number): Promise<void> => {
    for (let turn = 0; performance.now() - started < ms; turn++) {
      const more = await one(loop, turn);
      done += more;
    }
  };
  await Promise.all(Array.from({ length: loops }, (_, loop) => run(loop)));
  return done / ((performance.now() - started) / 1_000);
};

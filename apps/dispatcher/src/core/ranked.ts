/** Items of one run at most; a fuller one is cut in two. */
const RUN = 256;

/** Index of the first item of a sorted array that does not come before `item`. */
const lowerBound = <T>(items: readonly T[], isBefore: (candidate: T) => boolean): number => {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = items[middle];
    if (candidate !== undefined && isBefore(candidate)) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * A set that is kept in order: sorted runs of at most 256 items. Adding and removing cost two binary searches and the
 * move of a part of one run; the first item costs nothing.
 * @typeParam T  never `undefined`; two items of which neither comes first are the same item
 */
export class Ranked<T extends object> implements Iterable<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #runs: T[][] = [];
  #size = 0;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  first(): T | undefined {
    return this.#runs[0]?.[0];
  }

  /** An item that is there already is left as it is. */
  add(item: T): void {
    const at = Math.min(this.#runOf(item), this.#runs.length - 1);
    const run = this.#runs[at];
    if (run === undefined) {
      this.#runs.push([item]);
      this.#size += 1;
      return;
    }
    const index = this.#indexIn(run, item);
    const there = run[index];
    if (there !== undefined && this.#compare(there, item) === 0) return;
    run.splice(index, 0, item);
    this.#size += 1;
    if (run.length > RUN) this.#runs.splice(at + 1, 0, run.splice(RUN >>> 1));
  }

  /** Takes out the item of this rank; one that is not there is no error. */
  remove(item: T): void {
    const at = this.#runOf(item);
    const run = this.#runs[at];
    if (run === undefined) return;
    const index = this.#indexIn(run, item);
    const there = run[index];
    if (there === undefined || this.#compare(there, item) !== 0) return;
    run.splice(index, 1);
    this.#size -= 1;
    if (run.length === 0) this.#runs.splice(at, 1);
  }

  clear(): void {
    this.#runs.length = 0;
    this.#size = 0;
  }

  /** In order. Nothing may be added or removed meanwhile. */
  *[Symbol.iterator](): Iterator<T> {
    for (const run of this.#runs) yield* run;
  }

  /** The first run whose last item does not come before this one. */
  #runOf(item: T): number {
    return lowerBound(this.#runs, (run) => {
      const last = run.at(-1);
      return last !== undefined && this.#compare(last, item) < 0;
    });
  }

  #indexIn(run: readonly T[], item: T): number {
    return lowerBound(run, (candidate) => this.#compare(candidate, item) < 0);
  }
}

/** Counts by name. */
export class Tally {
  readonly #counts = new Map<string, number>();

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** A name whose count falls to nothing is forgotten. */
  add(name: string, by: number): void {
    const count = this.of(name) + by;
    if (count === 0) this.#counts.delete(name);
    else this.#counts.set(name, count);
  }

  entries(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  clear(): void {
    this.#counts.clear();
  }
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

const before = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** What happens when, in virtual time: a binary heap. What is due at the same moment happens in the order of entry. */
export class Agenda {
  readonly #heap: Due[] = [];
  #entered = 0;
  #now = 0;

  /** Milliseconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** @param at  milliseconds since the beginning; a time that is past means now */
  enter(at: number, act: () => void): void {
    const due: Due = { at: Math.max(at, this.#now), order: ++this.#entered, act };
    const heap = this.#heap;
    let index = heap.push(due) - 1;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      const above = heap[parent];
      if (above === undefined || before(above, due)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = due;
  }

  /** Does everything that is due until then. @param until  milliseconds since the beginning */
  run(until: number): void {
    for (let first = this.#heap[0]; first !== undefined && first.at <= until; first = this.#heap[0]) {
      this.#removeFirst();
      this.#now = first.at;
      first.act();
    }
    this.#now = until;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      const [a, b] = [heap[left], heap[right]];
      const child = a !== undefined && (b === undefined || before(a, b)) ? left : right;
      const below = heap[child];
      if (below === undefined || before(last, below)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }
}

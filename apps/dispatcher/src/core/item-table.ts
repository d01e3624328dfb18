import type { Touched } from './touched.js';

interface Item {
  readonly subject: string;
  readonly open: boolean;
}

interface Row<T> {
  readonly item: T;
  readonly order: number;
}

/** Issues or pull requests by log stream, the closed ones in the order in which something last happened to them. */
export class ItemTable<T extends Item> {
  readonly #rows = new Map<string, Row<T>>();
  readonly #closed = new Set<string>();
  readonly #touched: Touched;
  #added = 0;

  constructor(touched: Touched) {
    this.#touched = touched;
  }

  get size(): number {
    return this.#rows.size;
  }

  get openCount(): number {
    return this.#rows.size - this.#closed.size;
  }

  get(subject: string): T | undefined {
    return this.#rows.get(subject)?.item;
  }

  /** Which of two was heard of first: the smaller number. */
  orderOf(subject: string): number {
    return this.#rows.get(subject)?.order ?? 0;
  }

  *values(): Iterable<T> & Iterator<T> {
    for (const { item } of this.#rows.values()) yield item;
  }

  /** Puts the newest state of an item in place of the one before. */
  put(item: T): void {
    const { subject } = item;
    this.#rows.set(subject, { item, order: this.#rows.get(subject)?.order ?? ++this.#added });
    this.#closed.delete(subject);
    if (!item.open) this.#closed.add(subject);
    this.#touched.add(subject);
  }

  delete(subject: string): void {
    this.#rows.delete(subject);
    this.#closed.delete(subject);
    this.#touched.add(subject);
  }

  /** Forgets the closed items that nothing happened to for longest, until `keep` of them are left. */
  forgetClosed(keep: number): void {
    for (const subject of this.#closed) {
      if (this.#closed.size <= keep) return;
      this.delete(subject);
    }
  }
}

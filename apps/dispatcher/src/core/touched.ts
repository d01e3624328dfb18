/** Streams remembered at most; beyond that, looking at everything is as cheap. */
const KEPT = 10_000;

/** The log streams that something was changed about since they were last taken. */
export class Touched {
  #subjects = new Set<string>();
  #all = false;

  add(subject: string): void {
    if (this.#all) return;
    this.#subjects.add(subject);
    if (this.#subjects.size > KEPT) this.addAll();
  }

  addAll(): void {
    this.#all = true;
    this.#subjects = new Set();
  }

  /** What was touched, which is thereby forgotten; `all` when it was too much to remember. */
  take(): ReadonlySet<string> | 'all' {
    const taken = this.#all ? 'all' : this.#subjects;
    this.#all = false;
    if (taken === 'all' || taken.size > 0) this.#subjects = new Set();
    return taken;
  }
}

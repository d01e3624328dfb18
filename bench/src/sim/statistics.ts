import type { TaskKind } from '@rig/contracts';
import type { Agenda } from './agenda.js';
import { Histogram, type Percentiles } from './histogram.js';

type Role = 'authors' | 'reviewers';

const roleOf = (task: TaskKind): Role => (task === 'review' ? 'reviewers' : 'authors');

/** Slots in use over time. */
class Usage {
  #busy = 0;
  #since = 0;
  #busyMs = 0;

  change(by: 1 | -1, now: number): void {
    this.#busyMs += this.#busy * (now - this.#since);
    this.#since = now;
    this.#busy += by;
  }

  busyMs(now: number): number {
    return this.#busyMs + this.#busy * (now - this.#since);
  }
}

/** What is counted while a simulation runs. Times in milliseconds. */
export class Statistics {
  readonly waiting = new Histogram();
  readonly reviewWaiting = new Histogram();
  readonly fixWaiting = new Histogram();
  readonly toMerge = new Histogram();
  readonly #agenda: Agenda;
  readonly #usage = { authors: new Usage(), reviewers: new Usage() };
  #merged = 0;
  #blocked = 0;

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  get mergedCount(): number {
    return this.#merged;
  }

  get blockedCount(): number {
    return this.#blocked;
  }

  taken(task: TaskKind): void {
    this.#usage[roleOf(task)].change(1, this.#agenda.now);
  }

  started(task: TaskKind, waitedMs: number): void {
    const waits = task === 'implement' ? this.waiting : task === 'review' ? this.reviewWaiting : this.fixWaiting;
    waits.add(waitedMs);
  }

  ended(task: TaskKind): void {
    this.#usage[roleOf(task)].change(-1, this.#agenda.now);
  }

  merged(ms: number): void {
    this.#merged += 1;
    this.toMerge.add(ms);
  }

  blocked(): void {
    this.#blocked += 1;
  }

  /** Share of the slots of a role that was in use. */
  utilisation(role: Role, slots: number): number {
    return this.#usage[role].busyMs(this.#agenda.now) / (slots * Math.max(1, this.#agenda.now));
  }
}

/** Percentiles in seconds. */
export const inSeconds = (histogram: Histogram): Percentiles => {
  const { count, p50, p95, p99 } = histogram.percentiles();
  const seconds = (ms: number): number => Math.round(ms) / 1_000;
  return { count, p50: seconds(p50), p95: seconds(p95), p99: seconds(p99) };
};

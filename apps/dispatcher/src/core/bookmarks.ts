import { issueSubject } from '@rig/contracts';
import type { Board } from './board.js';
import { isWaiting } from './issue-entry.js';
import { isOfAgent } from './pull-entry.js';
import { Ranked } from './ranked.js';

interface Timer {
  readonly at: number;
  readonly subject: string;
}

interface Ready {
  readonly openedAt: string;
  readonly subject: string;
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What is remembered beside the order of work: when to look again, which pull request is whose, what is ready. */
export class Bookmarks {
  readonly #board: Board;
  readonly #timers = new Map<string, Timer>();
  readonly #inTime = new Ranked<Timer>((a, b) => a.at - b.at || byName(a.subject, b.subject));
  readonly #ready = new Map<string, Ready>();
  readonly #byAge = new Ranked<Ready>((a, b) => byName(a.openedAt, b.openedAt) || byName(a.subject, b.subject));
  readonly #issueOf = new Map<string, string>();
  readonly #pullsOf = new Map<string, Set<string>>();

  constructor(board: Board) {
    this.#board = board;
  }

  /** Ready issues, whether or not an assignment is on its way. */
  get ready(): number {
    return this.#byAge.size;
  }

  /** When the oldest of them was opened, ISO 8601. */
  get oldestReady(): string | undefined {
    return this.#byAge.first()?.openedAt;
  }

  /** Open pull requests of agents that close an issue. */
  pullsOf(issue: string): readonly string[] {
    return [...(this.#pullsOf.get(issue) ?? [])];
  }

  /** Looks at an issue or a pull request again. @param at  when to look the next time */
  mark(subject: string, at: number | undefined): void {
    this.#setTimer(subject, at);
    this.#setReady(subject);
    this.#setLink(subject);
  }

  /** What is to be looked at again by now; each is told once. */
  due(now: number): readonly string[] {
    const subjects: string[] = [];
    for (let first = this.#inTime.first(); first !== undefined && first.at <= now; first = this.#inTime.first()) {
      subjects.push(first.subject);
      this.#setTimer(first.subject, undefined);
    }
    return subjects;
  }

  clear(): void {
    for (const map of [this.#timers, this.#ready, this.#issueOf, this.#pullsOf]) map.clear();
    for (const ranked of [this.#inTime, this.#byAge]) ranked.clear();
  }

  #setTimer(subject: string, at: number | undefined): void {
    const before = this.#timers.get(subject);
    if (before?.at === at) return;
    if (before !== undefined) this.#inTime.remove(before);
    this.#timers.delete(subject);
    if (at === undefined) return;
    const timer = { at, subject };
    this.#timers.set(subject, timer);
    this.#inTime.add(timer);
  }

  #setReady(subject: string): void {
    const issue = this.#board.issues.get(subject);
    const before = this.#ready.get(subject);
    const waits = issue !== undefined && isWaiting(issue, this.#board);
    if (before?.openedAt === (waits ? issue.openedAt : undefined)) return;
    if (before !== undefined) {
      this.#ready.delete(subject);
      this.#byAge.remove(before);
    }
    if (!waits) return;
    const ready = { openedAt: issue.openedAt, subject };
    this.#ready.set(subject, ready);
    this.#byAge.add(ready);
  }

  #setLink(subject: string): void {
    const pull = this.#board.pulls.get(subject);
    const issue =
      pull === undefined || pull.issue === null || !isOfAgent(pull) ? undefined : issueSubject(pull.repo, pull.issue);
    const before = this.#issueOf.get(subject);
    if (before === issue) return;
    if (before !== undefined) {
      const others = this.#pullsOf.get(before);
      others?.delete(subject);
      if (others?.size === 0) this.#pullsOf.delete(before);
    }
    this.#issueOf.delete(subject);
    if (issue === undefined) return;
    this.#issueOf.set(subject, issue);
    this.#pullsOf.set(issue, (this.#pullsOf.get(issue) ?? new Set()).add(subject));
  }
}

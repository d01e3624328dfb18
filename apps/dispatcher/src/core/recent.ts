import { agentSubject, repoSubject, type RigEvent } from '@rig/contracts';
import { RATE_WINDOW_MS, type Recent } from '@rig/policy';
import { Ranked } from './ranked.js';
import { Tally } from './tally.js';
import type { Touched } from './touched.js';

/** An assignment that counts against the hourly rates. Fixes do not: they finish what was begun. */
export interface RecentAssignment {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly agent: string;
  readonly repo: string;
  readonly kind: 'implement' | 'review';
}

/** Assignments remembered at most; far above any rate a policy may set for the agents of one rig. */
const KEPT = 20_000;

interface Counted extends RecentAssignment {
  readonly order: number;
}

/** The assignments of the last hour, and how many of them an agent and a repository had. */
export class RecentTable implements Iterable<RecentAssignment> {
  readonly #touched: Touched;
  readonly #ofAgent = new Tally();
  readonly #inRepository = new Tally();
  /** What is remembered, in the order of the log, from `#from` on. */
  #all: Counted[] = [];
  #from = 0;
  #counted = new Ranked<Counted>((a, b) => a.at - b.at || a.order - b.order);
  #added = 0;
  #now = 0;

  constructor(touched: Touched) {
    this.#touched = touched;
  }

  *[Symbol.iterator](): Iterator<RecentAssignment> {
    for (const { at, agent, repo, kind } of this.#all.slice(this.#from)) yield { at, agent, repo, kind };
  }

  /** Adds an assignment, and forgets what fell out of the window before it. */
  add(assignment: RecentAssignment): void {
    this.keep(assignment);
    for (let oldest = this.#all[this.#from]; oldest !== undefined; oldest = this.#all[this.#from]) {
      const many = this.#all.length - this.#from > KEPT;
      if (oldest.at > assignment.at - RATE_WINDOW_MS && !many) break;
      this.#from += 1;
      this.#uncount(oldest);
    }
    if (this.#from < KEPT) return;
    this.#all = this.#all.slice(this.#from);
    this.#from = 0;
  }

  /** Moves the window to where it ends now. @param now  milliseconds since 1970 */
  asOf(now: number): void {
    if (now < this.#now) this.#recount();
    this.#now = now;
    for (let oldest = this.#counted.first(); oldest !== undefined; oldest = this.#counted.first()) {
      if (oldest.at > now - RATE_WINDOW_MS) return;
      this.#uncount(oldest);
    }
  }

  /** Assignments in the window, as `asOf` left it. */
  of(agent: string, repo: string): Recent {
    return { ofAgent: this.#ofAgent.of(agent), inRepository: this.#inRepository.of(repo) };
  }

  /** Adds one of a saved board. */
  keep({ at, agent, repo, kind }: RecentAssignment): void {
    const counted: Counted = { at, agent, repo, kind, order: ++this.#added };
    this.#all.push(counted);
    this.#counted.add(counted);
    this.#count(counted, 1);
  }

  #uncount(assignment: Counted): void {
    const before = this.#counted.size;
    this.#counted.remove(assignment);
    if (this.#counted.size < before) this.#count(assignment, -1);
  }

  #count({ agent, repo, kind }: Counted, by: 1 | -1): void {
    this.#ofAgent.add(agent, by);
    this.#touched.add(agentSubject(agent));
    if (kind !== 'implement') return;
    this.#inRepository.add(repo, by);
    this.#touched.add(repoSubject(repo));
  }

  #recount(): void {
    for (const assignment of [...this.#counted]) this.#uncount(assignment);
    for (const assignment of this.#all.slice(this.#from)) {
      this.#counted.add(assignment);
      this.#count(assignment, 1);
    }
  }
}

/** Applies one event to the recent assignments, in place. */
export const applyToRecent = (recent: RecentTable, event: RigEvent, repo: string, at: number): void => {
  if (event.type !== 'ISSUE_ASSIGNED' && event.type !== 'REVIEW_ASSIGNED') return;
  const kind = event.type === 'ISSUE_ASSIGNED' ? 'implement' : 'review';
  recent.add({ at, agent: event.data.agent, repo, kind });
};

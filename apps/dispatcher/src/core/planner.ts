import { agentSubject, repoSubject, RIG_SUBJECT } from '@rig/contracts';
import type { AgentConfig } from '@rig/policy';
import type { Backlog } from './backlog.js';
import type { Board } from './board.js';
import { Bookmarks } from './bookmarks.js';
import { createCapacity, type Capacity } from './capacity.js';
import { Crew } from './crew.js';
import type { Entry } from './entry.js';
import type { InFlight } from './in-flight.js';
import { assignKey, type AssignIntent, type Intent } from './intent.js';
import { issueEntry } from './issue-entry.js';
import { Lanes } from './lanes.js';
import { pullEntry } from './pull-entry.js';
import { Telling } from './telling.js';
import type { DispatchConfig } from './view.js';

/** What waits, and why. */
export interface Waits {
  /** Why an issue or pull request waits; undefined when it does not, or when more is to be given than one pass may. */
  codeOf(subject: string): string | undefined;
  /** Waiting issues and pull requests by code. */
  readonly counts: ReadonlyMap<string, number>;
}

export interface Decision {
  readonly intents: readonly Intent[];
  readonly waits: Waits;
}

/** Proposals of one pass at most; the next pass makes the rest. */
export const INTENTS_PER_PASS = 256;

interface Given {
  readonly entry: Entry;
  readonly agent: AgentConfig;
}

/** All that follows from one configuration. */
interface Plan {
  readonly config: DispatchConfig;
  readonly lanes: Lanes;
  readonly telling: Telling;
}

const intentOf = ({ entry, agent }: Given): AssignIntent => {
  const { subject, seat, headSha } = entry;
  const task = seat.waitsFor === 'agent' ? seat.task : 'implement';
  return { kind: 'assign', key: assignKey(subject), subject, task, agent: agent.id, headSha };
};

/**
 * Decides what to propose. It keeps what waits and who is free in order and looks again only at what was touched since
 * it last decided, so that a pass costs as much as has changed, whatever waits.
 */
export class Planner {
  readonly #board: Board;
  readonly #inFlight: InFlight;
  readonly #capacity: Capacity;
  readonly #marks: Bookmarks;
  #entries = new Map<string, Entry>();
  #plan: Plan | undefined;
  #now = 0;

  constructor(board: Board, inFlight: InFlight) {
    this.#board = board;
    this.#inFlight = inFlight;
    this.#capacity = createCapacity(board, inFlight);
    this.#marks = new Bookmarks(board);
  }

  /**
   * What to propose now. Pull requests come before issues, so that begun work is finished before new work is begun;
   * within each, priority and then age decide.
   * @param now  milliseconds since 1970
   */
  decide(config: DispatchConfig, now: number): Decision {
    const plan = this.#refresh(config, now);
    const given = this.#give(plan);
    const left = INTENTS_PER_PASS - given.length;
    if (left > 0) plan.telling.settle();
    const intents = [...given.map(intentOf), ...(left > 0 ? plan.telling.deferrals(left) : [])];
    this.#takeBack(plan, given);
    const subjects = new Set(given.map(({ entry }) => entry.subject));
    const codeOf = (subject: string): string | undefined =>
      subjects.has(subject) ? undefined : this.#codeOf(plan, subject);
    return { intents, waits: { codeOf, counts: plan.telling.counts } };
  }

  /** Open work by state, as of the last decision. */
  backlog(): Backlog {
    return {
      readyIssues: this.#marks.ready,
      oldestReady: this.#marks.oldestReady,
      openPulls: this.#board.pulls.openCount,
      assignedTasks: this.#board.tasks.size - this.#board.tasks.running,
      runningTasks: this.#board.tasks.running,
      waiting: this.#plan?.telling.counts ?? new Map(),
    };
  }

  #codeOf({ lanes }: Plan, subject: string): string | undefined {
    const entry = this.#entries.get(subject);
    if (entry?.seat.waitsFor === 'else') return entry.seat.wait.code;
    return entry === undefined ? undefined : lanes.queueOf(entry, entry.seat)?.counted?.code;
  }

  #refresh(config: DispatchConfig, now: number): Plan {
    const { recent } = this.#board;
    const backwards = now < this.#now;
    this.#now = now;
    recent.asOf(now);
    const touched = [this.#board.touched.take(), this.#inFlight.touched.take()];
    const plan = this.#plan;
    const other = plan?.config.agents !== config.agents || plan.config.policyOf !== config.policyOf;
    if (plan === undefined || other || backwards) return this.#build(config);
    for (const subjects of touched) {
      if (subjects === 'all' || subjects.has(RIG_SUBJECT)) return this.#build(config);
      for (const subject of subjects) this.#look(plan, subject);
    }
    for (const subject of this.#marks.due(now)) this.#look(plan, subject);
    return plan;
  }

  #build(config: DispatchConfig): Plan {
    const { pauses, issues, pulls } = this.#board;
    const crew = new Crew(config.agents, this.#capacity, pauses);
    const deps = { board: this.#board, config, crew, capacity: this.#capacity };
    const lanes = new Lanes(deps);
    const plan: Plan = { config, lanes, telling: new Telling(lanes, deps) };
    this.#plan = plan;
    this.#entries = new Map();
    this.#marks.clear();
    for (const { subject } of issues.values()) this.#look(plan, subject);
    for (const { subject } of pulls.values()) this.#look(plan, subject);
    return plan;
  }

  #look(plan: Plan, subject: string): void {
    const kind = subject.slice(0, subject.indexOf('/') + 1);
    if (kind === agentSubject('')) plan.lanes.refreshAgent(subject.slice(kind.length));
    if (kind === repoSubject('')) plan.lanes.refreshRepository(subject.slice(kind.length));
    if (kind === 'issue/') {
      this.#place(plan, subject);
      // What becomes of a pull request depends on its issue.
      for (const pull of this.#marks.pullsOf(subject)) this.#place(plan, pull);
    }
    if (kind === 'pull/') this.#place(plan, subject);
  }

  #place(plan: Plan, subject: string): void {
    const before = this.#entries.get(subject);
    if (before !== undefined) this.#unseat(plan, before);
    const view = { board: this.#board, inFlight: this.#inFlight, config: plan.config, now: this.#now };
    const entry = issueEntry(subject, view) ?? pullEntry(subject, view);
    this.#marks.mark(subject, entry?.lookAgainAt);
    if (entry === undefined) {
      this.#entries.delete(subject);
      return;
    }
    this.#entries.set(subject, entry);
    if (entry.seat.waitsFor === 'agent') plan.lanes.add(entry, entry.seat);
    else plan.telling.hold(entry, entry.seat.wait);
  }

  #unseat({ lanes, telling }: Plan, entry: Entry): void {
    if (entry.seat.waitsFor === 'agent') lanes.remove(entry, entry.seat);
    else telling.release(entry, entry.seat.wait);
  }

  /** Gives what can be given, one after the other; each counts against the next. */
  #give(plan: Plan): readonly Given[] {
    const given: Given[] = [];
    for (const phase of ['pulls', 'issues'] as const) {
      while (given.length < INTENTS_PER_PASS) {
        const next = plan.lanes.next(phase);
        if (next === undefined) break;
        given.push(next);
        this.#unseat(plan, next.entry);
        this.#take(plan, next, 1);
      }
    }
    return given;
  }

  /** A proposal counts only when it is in flight: whether it gets there is not decided here. */
  #takeBack(plan: Plan, given: readonly Given[]): void {
    for (const one of given) {
      if (one.entry.seat.waitsFor === 'agent') plan.lanes.add(one.entry, one.entry.seat);
      this.#take(plan, one, -1);
    }
  }

  #take({ lanes }: Plan, { entry, agent }: Given, by: 1 | -1): void {
    if (entry.seat.waitsFor !== 'agent') return;
    this.#capacity.take(agent.id, entry.repo, entry.seat.task, by);
    lanes.refreshAgent(agent.id);
    if (entry.seat.task === 'implement') lanes.refreshRepository(entry.repo);
  }
}

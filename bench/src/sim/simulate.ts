import type { AgentConfig } from '@rig/policy';
import { answer, applyToBoard, emptyBoard, expire, InFlight, Planner, type Intent } from '../product/dispatcher.js';
import { OPEN_POLICY } from '../product/conductor.js';
import { Agenda } from './agenda.js';
import { HAS_PYTHON, HOP_MS, PASS_MS, TICK_MS } from './assumptions.js';
import type { Percentiles } from './histogram.js';
import { Life } from './life.js';
import { EPOCH, Log } from './log.js';
import type { SimOptions } from './options.js';
import { createRandom } from './random.js';
import { inSeconds, Statistics } from './statistics.js';

/** How things stood at one moment. */
export interface Sample {
  readonly hour: number;
  /** Issues that wait for an author. */
  readonly ready: number;
  /** Tasks that agents hold. */
  readonly held: number;
  /** Seconds that an event waits for the log. */
  readonly logDelay: number;
}

export interface SimResult {
  readonly options: SimOptions;
  readonly issues: { readonly filed: number; readonly merged: number; readonly blocked: number };
  readonly events: number;
  readonly passes: number;
  /** Seconds from the approval to the start of the work; from passed checks to the review; to a fix; to the merge. */
  readonly waiting: Percentiles;
  readonly reviewWaiting: Percentiles;
  readonly fixWaiting: Percentiles;
  readonly toMerge: Percentiles;
  readonly utilisation: { readonly authors: number; readonly reviewers: number; readonly log: number };
  readonly backlog: readonly Sample[];
  /** Seconds of real time. */
  readonly tookSeconds: number;
}

const SAMPLES = 60;
const HOUR_MS = 3_600_000;

/** Authors first, so that the reviewers are the last. */
const crewOf = ({ agents, reviewers }: SimOptions): readonly AgentConfig[] =>
  Array.from({ length: agents }, (_, index): AgentConfig => {
    const role = index < agents - reviewers ? 'author' : 'reviewer';
    const capabilities = role === 'author' && index % HAS_PYTHON === 0 ? ['python'] : [];
    return { id: `dev-e-${index}`, role, slots: 1, capabilities, delivery: 'stream', maxPerHour: 10_000 };
  });

/** The dispatcher: its own board and planner; a pass follows an event within 20 ms and takes all until then. */
class Dispatch {
  readonly board = emptyBoard();
  passes = 0;
  readonly #inFlight = new InFlight();
  readonly #planner = new Planner(this.board, this.#inFlight);
  readonly #agenda: Agenda;
  readonly #config: Parameters<Planner['decide']>[0];
  readonly #underway = new Map<string, string>();
  /** Agents whose assignment waits for the log. */
  readonly #beingGiven = new Set<string>();
  #due = false;
  #facts = 0;

  constructor(agenda: Agenda, agents: readonly AgentConfig[]) {
    this.#agenda = agenda;
    this.#config = { agents: [...agents], policyOf: () => OPEN_POLICY };
  }

  get ready(): number {
    return this.#planner.backlog().readyIssues;
  }

  take(event: Parameters<typeof applyToBoard>[1], at: number, pass: () => void): void {
    applyToBoard(this.board, event, at);
    answer(this.#inFlight, event);
    if (this.#due) return;
    this.#due = true;
    this.#agenda.enter(this.#agenda.now + PASS_MS, () => {
      this.#due = false;
      pass();
    });
  }

  pass(life: Life, log: Log): void {
    this.passes += 1;
    const now = EPOCH + this.#agenda.now;
    expire(this.#inFlight, now);
    for (const intent of this.#planner.decide(this.#config, now).intents) {
      const { key } = intent;
      // What waits for the log already is sent again as the same fact, and the same fact counts once.
      const underway = this.#underway.get(key);
      const factId = underway ?? `fact-${++this.#facts}`;
      this.#inFlight.set(key, { factId, intent, sentAt: now });
      if (underway !== undefined) continue;
      this.#underway.set(key, factId);
      // By the outbox and `rig:facts` to the conductor.
      this.#agenda.enter(this.#agenda.now + 2 * HOP_MS, () => this.#commit(intent, factId, life, log));
    }
  }

  #commit(intent: Intent, factId: string, life: Life, log: Log): void {
    const { key, subject } = intent;
    const committed = (): void => void this.#underway.delete(key);
    if (intent.kind === 'defer') {
      log.append([{ subject, type: 'ISSUE_DEFERRED', data: { code: intent.code }, causationid: factId }], committed);
    }
    if (intent.kind !== 'assign') return;
    const { agent, task } = intent;
    // The conductor counts slots under the lock of the log: a proposal that rests on an older board is refused.
    if (this.board.tasks.heldBy(agent) > 0 || this.#beingGiven.has(agent)) {
      const data = { factId, factType: 'ASSIGN_TASK', code: 'NO_FREE_SLOT' } as const;
      log.append([{ subject, type: 'FACT_REFUSED', data, causationid: factId }], committed);
      return;
    }
    this.#beingGiven.add(agent);
    life.assign({ subject, task, agent, factId }, () => {
      this.#beingGiven.delete(agent);
      committed();
    });
  }
}

/** Runs a simulation to its end. */
export const simulate = (options: SimOptions): SimResult => {
  const began = performance.now();
  const { agents, reviewers, issuesPerDay, hours, repositories, seed, appendsPerSecond } = options;
  const random = createRandom(seed);
  const agenda = new Agenda();
  const statistics = new Statistics(agenda);
  const dispatch = new Dispatch(agenda, crewOf(options));
  const log: Log = new Log(agenda, appendsPerSecond, (event, at) => dispatch.take(event, at, pass));
  const life = new Life({ agenda, log, random, statistics, repositories });
  const pass = (): void => dispatch.pass(life, log);
  const every = (ms: number, act: () => void): void =>
    agenda.enter(agenda.now + ms, () => {
      act();
      every(ms, act);
    });
  const fileNext = (): void =>
    agenda.enter(agenda.now + random.exponential((24 * HOUR_MS) / issuesPerDay), () => {
      life.file();
      fileNext();
    });
  const backlog: Sample[] = [];
  every(TICK_MS, pass);
  fileNext();
  for (let sample = 1; sample <= SAMPLES; sample++) {
    const hour = (hours * sample) / SAMPLES;
    agenda.run(hour * HOUR_MS);
    backlog.push({ hour, ready: dispatch.ready, held: dispatch.board.tasks.size, logDelay: log.delayMs / 1_000 });
  }
  return {
    options,
    issues: { filed: life.filed, merged: statistics.mergedCount, blocked: statistics.blockedCount },
    events: log.position,
    passes: dispatch.passes,
    waiting: inSeconds(statistics.waiting),
    reviewWaiting: inSeconds(statistics.reviewWaiting),
    fixWaiting: inSeconds(statistics.fixWaiting),
    toMerge: inSeconds(statistics.toMerge),
    utilisation: {
      authors: statistics.utilisation('authors', agents - reviewers),
      reviewers: statistics.utilisation('reviewers', reviewers),
      log: log.busyMs / (hours * HOUR_MS),
    },
    backlog,
    tookSeconds: (performance.now() - began) / 1_000,
  };
};

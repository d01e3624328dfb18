import { agentSubject, type TaskKind } from '@rig/contracts';
import { pauseFor, roleFor, type AgentConfig } from '@rig/policy';
import type { Capacity } from './capacity.js';
import { isFix } from './choose-agent.js';
import { lessLoaded, type Crew, type Member, type Pool } from './crew.js';
import { inTurn, type Entry } from './entry.js';
import { createQueue, dequeue, enqueue, type AgentSeat, type Lane, type Queue } from './queue.js';
import { Ranked } from './ranked.js';
import type { DispatchConfig, View } from './view.js';

export interface LanesDeps {
  readonly board: View['board'];
  readonly config: DispatchConfig;
  readonly crew: Crew;
  readonly capacity: Capacity;
}

/** Pull requests come before issues, so that begun work is finished before new work is begun. */
export type Phase = 'pulls' | 'issues';

const phaseOf = (task: TaskKind): Phase => (task === 'implement' ? 'issues' : 'pulls');

/** What waits for an agent, in lanes by who is asked and queues by repository; knows at any time who could go next. */
export class Lanes {
  /** Lanes and queues about which something changed since the reasons were last looked at. */
  readonly changedLanes = new Set<Lane>();
  readonly changedQueues = new Set<Queue>();
  readonly #deps: LanesDeps;
  readonly #lanes = new Map<string, Lane>();
  readonly #queuesOf = new Map<string, Set<Queue>>();
  readonly #lanesOfPool = new Map<Pool, Set<Lane>>();
  readonly #fixesOf = new Map<string, Set<Lane>>();
  /** Lanes with something that may begin and somebody to do it. */
  readonly #able: Readonly<Record<Phase, Set<Lane>>> = { pulls: new Set(), issues: new Set() };

  constructor(deps: LanesDeps) {
    this.#deps = deps;
  }

  queueOf(entry: Entry, seat: AgentSeat): Queue | undefined {
    return this.#lanes.get(this.#keyOf(seat))?.queues.get(entry.repo);
  }

  add(entry: Entry, seat: AgentSeat): void {
    const lane = this.#laneOf(seat);
    const queue = lane.queues.get(entry.repo) ?? this.#open(lane, entry.repo);
    enqueue(queue, entry);
    this.#reseat(queue);
  }

  remove(entry: Entry, seat: AgentSeat): void {
    const queue = this.queueOf(entry, seat);
    if (queue === undefined) return;
    dequeue(queue, entry);
    this.#reseat(queue);
  }

  /** Forgets a queue that is empty. */
  drop(queue: Queue): void {
    const { lane, repo } = queue;
    if (queue.waiting.size > 0 || lane.queues.get(repo) !== queue) return;
    lane.queues.delete(repo);
    const ofRepo = this.#queuesOf.get(repo);
    ofRepo?.delete(queue);
    if (ofRepo?.size === 0) this.#queuesOf.delete(repo);
    if (lane.queues.size > 0) return;
    this.#lanes.delete(lane.key);
    this.changedLanes.delete(lane);
    for (const pool of lane.pools) this.#lanesOfPool.get(pool)?.delete(lane);
    if (isFix(lane.task) && lane.author !== null) this.#fixesOf.get(lane.author)?.delete(lane);
  }

  /** Looks at a repository again: a pause, a rate. */
  refreshRepository(repo: string): void {
    for (const queue of this.#queuesOf.get(repo) ?? []) this.#reseat(queue);
  }

  /** Looks at an agent again. */
  refreshAgent(id: string): void {
    const { crew } = this.#deps;
    const before = crew.member(id)?.standing;
    const pool = crew.refresh(id);
    const lanes = pool === undefined ? [] : (this.#lanesOfPool.get(pool) ?? []);
    // A pause is a reason for lanes of other agents too.
    const paused = pool !== undefined && (before === 'paused' || crew.member(id)?.standing === 'paused');
    for (const lane of paused ? this.#lanes.values() : lanes) this.#recheck(lane);
    for (const lane of this.#fixesOf.get(id) ?? []) this.#recheck(lane);
  }

  /** What is to be given next, and to whom. */
  next(phase: Phase): { readonly entry: Entry; readonly agent: AgentConfig } | undefined {
    let first: { readonly entry: Entry; readonly lane: Lane } | undefined;
    for (const lane of this.#able[phase]) {
      const entry = lane.open.first();
      if (entry !== undefined && (first === undefined || inTurn(entry, first.entry) < 0)) first = { entry, lane };
    }
    const agent = first && this.#supply(first.lane);
    return first === undefined || agent === undefined ? undefined : { entry: first.entry, agent };
  }

  /** The reviewer that must not be asked; the author that must; null where neither matters. */
  #authorOf({ task, author }: AgentSeat): string | null {
    if (task === 'implement' || author === null || isFix(task)) return author;
    return this.#deps.crew.member(author)?.agent.role === 'reviewer' ? author : null;
  }

  #keyOf(seat: AgentSeat): string {
    return `${seat.task}|${this.#authorOf(seat) ?? ''}|${seat.needs.join('|')}`;
  }

  #laneOf(seat: AgentSeat): Lane {
    const key = this.#keyOf(seat);
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const { task, needs } = seat;
    const author = this.#authorOf(seat);
    const fits = (pool: Pool): boolean =>
      pool.role === roleFor(task) && needs.every((capability) => pool.capabilities.has(capability));
    const pools = isFix(task) ? [] : this.#deps.crew.pools.filter(fits);
    const lane: Lane = { key, task, needs, author, pools, queues: new Map(), open: new Ranked(inTurn) };
    this.#lanes.set(key, lane);
    for (const pool of pools) this.#note(this.#lanesOfPool, pool, lane);
    if (isFix(task) && author !== null) this.#note(this.#fixesOf, author, lane);
    return lane;
  }

  #open(lane: Lane, repo: string): Queue {
    const queue = createQueue(lane, repo);
    lane.queues.set(repo, queue);
    this.#note(this.#queuesOf, repo, queue);
    return queue;
  }

  #note<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
    const set = sets.get(key) ?? new Set();
    sets.set(key, set);
    set.add(value);
  }

  /** Puts a queue where its first belongs among the others of its lane. */
  #reseat(queue: Queue): void {
    const { lane, head } = queue;
    this.changedQueues.add(queue);
    const first = this.#mayBegin(queue) ? queue.waiting.first() : undefined;
    if (first !== head) {
      if (head !== undefined) lane.open.remove(head);
      if (first !== undefined) lane.open.add(first);
      queue.head = first;
    }
    this.#setAble(lane);
  }

  #recheck(lane: Lane): void {
    this.changedLanes.add(lane);
    this.#setAble(lane);
  }

  #setAble(lane: Lane): void {
    const able = this.#able[phaseOf(lane.task)];
    if (lane.open.size > 0 && this.#supply(lane) !== undefined) able.add(lane);
    else able.delete(lane);
  }

  #mayBegin({ lane, repo }: Queue): boolean {
    const { board, config, capacity } = this.#deps;
    const policy = config.policyOf(repo);
    if (pauseFor(board.pauses, repo) !== undefined || policy.dispatch === 'off' || policy.tier === 'T3') return false;
    return lane.task !== 'implement' || capacity.recent('', repo).inRepository < policy.maxPerHour;
  }

  /** Whom a lane's next would go to. */
  #supply({ task, author, pools }: Lane): AgentConfig | undefined {
    if (isFix(task)) return this.#fixer(author);
    let best: Member | undefined;
    for (const { free } of pools) {
      const candidate = author === null ? free.first() : [...free].find(({ agent }) => agent.id !== author);
      if (candidate !== undefined && (best === undefined || lessLoaded(candidate, best) < 0)) best = candidate;
    }
    return best?.agent;
  }

  #fixer(author: string | null): AgentConfig | undefined {
    const agent = author === null ? undefined : this.#deps.crew.member(author)?.agent;
    if (agent?.role !== 'author' || this.#deps.board.pauses[agentSubject(agent.id)] !== undefined) return undefined;
    return this.#deps.capacity.held(agent.id) < agent.slots ? agent : undefined;
  }
}

import type { Crew, Standing } from './crew.js';
import { inTurn, type Entry } from './entry.js';
import { deferKey, type Intent } from './intent.js';
import type { Lanes, LanesDeps } from './lanes.js';
import type { Lane, Queue } from './queue.js';
import { Ranked } from './ranked.js';
import { reasonOf } from './reasons.js';
import { Tally } from './tally.js';
import type { Wait } from './wait.js';

const STANDINGS: readonly Standing[] = ['free', 'full', 'rated', 'claims', 'paused'];

/** Two equal ones give every queue of a lane the same reason as before, as long as its repository stands as it did. */
const moodOf = ({ pools }: Lane, crew: Crew): string =>
  [crew.awake, ...STANDINGS.map((standing) => pools.some((pool) => pool.standings.of(standing) > 0))].join();

interface Untold {
  readonly entry: Entry;
  readonly wait: () => Wait | undefined;
}

const firstOf = function* (entries: Iterable<Entry>, limit: number): Iterable<Entry> {
  let left = limit;
  for (const entry of entries) {
    if (left-- <= 0) return;
    yield entry;
  }
};

/** Why things wait: counted by code, and which of it is to be recorded. */
export class Telling {
  readonly #lanes: Lanes;
  readonly #deps: LanesDeps;
  readonly #codes = new Tally();
  readonly #moods = new WeakMap<Lane, string>();
  /** What waits for something other than an agent, and whose recorded reason is another. */
  readonly #heldUntold = new Ranked(inTurn);
  /** Queues in which something may have another recorded reason than the queue has. */
  readonly #restless = new Set<Queue>();

  constructor(lanes: Lanes, deps: LanesDeps) {
    this.#lanes = lanes;
    this.#deps = deps;
  }

  /** Waiting issues and pull requests by code, as `settle` left it. */
  get counts(): ReadonlyMap<string, number> {
    return this.#codes.entries();
  }

  hold(entry: Entry, { code }: Wait): void {
    this.#codes.add(code, 1);
    if (entry.tellable && entry.deferred !== code) this.#heldUntold.add(entry);
  }

  release(entry: Entry, { code }: Wait): void {
    this.#codes.add(code, -1);
    this.#heldUntold.remove(entry);
  }

  /** Looks again at what changed, when everything that could be given is given. */
  settle(): void {
    const { changedLanes, changedQueues } = this.#lanes;
    for (const lane of changedLanes) {
      const mood = moodOf(lane, this.#deps.crew);
      if (lane.author === null && this.#moods.get(lane) === mood) continue;
      this.#moods.set(lane, mood);
      for (const queue of lane.queues.values()) changedQueues.add(queue);
    }
    changedLanes.clear();
    for (const queue of changedQueues) this.#count(queue);
    changedQueues.clear();
  }

  /** Reasons to record, at most so many, in the order in which the issues are worked on. */
  deferrals(limit: number): readonly Intent[] {
    const untold: Untold[] = [];
    for (const entry of firstOf(this.#heldUntold, limit)) {
      untold.push({ entry, wait: () => (entry.seat.waitsFor === 'else' ? entry.seat.wait : undefined) });
    }
    for (const queue of this.#restless) untold.push(...this.#untoldOf(queue, limit));
    const first = untold.sort((a, b) => inTurn(a.entry, b.entry)).slice(0, limit);
    return first.flatMap(({ entry: { subject }, wait }): readonly Intent[] => {
      const why = wait();
      return why === undefined ? [] : [{ kind: 'defer', key: deferKey(subject), subject, ...why }];
    });
  }

  #count(queue: Queue): void {
    if (queue.counted !== undefined) this.#codes.add(queue.counted.code, -queue.counted.size);
    const { size } = queue.waiting;
    const reason = size === 0 ? undefined : reasonOf(queue, this.#deps);
    queue.counted = reason === undefined ? undefined : { code: reason.code, size };
    if (queue.counted !== undefined) this.#codes.add(queue.counted.code, size);
    this.#restless.delete(queue);
    if (this.#differs(queue)) this.#restless.add(queue);
    if (size === 0) this.#lanes.drop(queue);
  }

  #differs({ told, counted }: Queue): boolean {
    return counted !== undefined && (told.size > 1 || (told.size === 1 && !told.has(counted.code)));
  }

  #untoldOf(queue: Queue, limit: number): readonly Untold[] {
    let known: Wait | undefined;
    const wait = (): Wait | undefined => (known ??= reasonOf(queue, this.#deps));
    return [...queue.told]
      .filter(([reason]) => reason !== queue.counted?.code)
      .flatMap(([, entries]) => [...firstOf(entries, limit)].map((entry) => ({ entry, wait })));
  }
}

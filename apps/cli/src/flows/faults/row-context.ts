import type { FaultRow, RowContext } from './row.js';
import type { World } from './world.js';

/** What a row has come to so far. */
export interface Course {
  readonly violations: Set<string>;
  injections: number;
  checks: number;
  /** Milliseconds, by the same clock as `now`. */
  lastInjection: number;
}

/** A row was told to end while it waited. */
export class RowOverdue extends Error {
  readonly waitedFor: string;
  constructor(waitedFor: string) {
    super(`it waited for ${waitedFor}`);
    this.name = 'RowOverdue';
    this.waitedFor = waitedFor;
  }
}

const LOOK_EVERY_MS = 100;

export interface ContextParts {
  readonly row: FaultRow;
  readonly world: World;
  readonly course: Course;
  readonly random: () => number;
}

export interface ContextDeps extends Pick<RowContext, 'short' | 'points'> {
  readonly signal: AbortSignal;
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** @param deps  `signal` ends every wait of the row with `RowOverdue` */
export const createContext = (deps: ContextDeps, { world, course, random }: ContextParts): RowContext => {
  const { signal } = deps;
  const sleep = async (ms: number, what: string): Promise<void> => {
    await deps.sleep(ms, signal);
    if (signal.aborted) throw new RowOverdue(what);
  };
  const until: RowContext['until'] = async (done, withinMs, what = 'a condition') => {
    const deadline = deps.now() + withinMs;
    while (deps.now() < deadline) {
      if (await Promise.resolve(done()).catch(() => false)) return true;
      await sleep(LOOK_EVERY_MS, what);
    }
    return false;
  };
  const countOf = async (type: string): Promise<number> =>
    (await world.observer.events()).filter((event) => event.type === type).length;
  return {
    world,
    short: deps.short,
    points: deps.points,
    random,
    injected: (count = 1) => {
      course.injections += count;
      course.lastInjection = deps.now();
    },
    violated: (text) => {
      course.violations.add(text);
      world.history.add({ op: 'note', text: `violated: ${text}` });
    },
    note: (text) => world.history.add({ op: 'note', text }),
    until,
    seen: (type, count, withinMs = 60_000) =>
      until(async () => (await countOf(type)) >= count, withinMs, `${type} (${count})`),
    pause: (ms) => sleep(ms, 'a pause to pass'),
    now: deps.now,
  };
};

import { messageOf } from '@rig/kernel';
import type { RowResult } from '../../core/faults/row-result.js';
import type { World } from './world.js';

/** What a row does with its world. */
export interface RowContext {
  readonly world: World;
  /** A short run: fewer injections of each kind. */
  readonly short: boolean;
  /** Names of the fault points in the sources. */
  readonly points: readonly string[];
  /** The next number from 0 up to 1 of the run's seed. */
  random(): number;
  injected(count?: number): void;
  violated(text: string): void;
  /** True as soon as `check` is; false after `withinMs`. Faults of the check itself count as not yet. */
  until(check: () => Promise<boolean> | boolean, withinMs: number): Promise<boolean>;
  /** Waits for events of a type in the log. */
  seen(type: string, count: number, withinMs?: number): Promise<boolean>;
  pause(ms: number): Promise<void>;
}

export interface FaultRow {
  readonly row: number;
  readonly name: string;
  /** Part of the short set. */
  readonly inShort: boolean;
  readonly authors?: number;
  readonly twice?: boolean;
  /** Why it cannot run here; undefined when it can. */
  skip?(): Promise<string | undefined>;
  run(context: RowContext): Promise<void>;
}

export interface RunRowDeps {
  startWorld(row: FaultRow): Promise<World>;
  readonly points: readonly string[];
  readonly seed: number;
  readonly short: boolean;
  now(): number;
  sleep(ms: number): Promise<void>;
}

const CHECK_EVERY_MS = 2_000;
const QUIET_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 250;

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const ends = (type: string): boolean => type === 'ISSUE_DONE' || type === 'ISSUE_BLOCKED';

/** Everything filed has come to an end, and nothing accepted waits. */
const isQuiet = async (world: World): Promise<boolean> => {
  const events = await world.observer.events();
  const ended = new Set(events.filter(({ type }) => ends(type)).map(({ subject }) => subject));
  return ended.size >= world.filed() && (await world.observer.undecided()) === 0;
};

const unfinished = async (world: World): Promise<string> => {
  const events = await world.observer.events();
  const ended = events.filter(({ type }) => ends(type)).length;
  const last = events.at(-1);
  const waiting = await world.observer.undecided();
  return `I5: ${ended} of ${world.filed()} issues ended, ${waiting} inbox entries wait; the last event is ${last?.type ?? 'none'} at ${last?.position ?? 0}`;
};

/** What a row has come to so far. */
interface Course {
  readonly violations: Set<string>;
  injections: number;
  checks: number;
  lastInjection: number;
}

const contextOf = (deps: RunRowDeps, row: FaultRow, world: World, record: Course): RowContext => {
  const until: RowContext['until'] = async (done, withinMs) => {
    const deadline = deps.now() + withinMs;
    while (deps.now() < deadline) {
      if (await Promise.resolve(done()).catch(() => false)) return true;
      await deps.sleep(LOOK_EVERY_MS);
    }
    return false;
  };
  const countOf = async (type: string): Promise<number> =>
    (await world.observer.events()).filter((event) => event.type === type).length;
  return {
    world,
    short: deps.short,
    points: deps.points,
    random: seeded(deps.seed * 1_000 + row.row),
    injected: (count = 1) => {
      record.injections += count;
      record.lastInjection = deps.now();
    },
    violated: (text) => void record.violations.add(text),
    until,
    seen: (type, count, withinMs = 60_000) => until(async () => (await countOf(type)) >= count, withinMs),
    pause: deps.sleep,
  };
};

const check = async (world: World, record: Course): Promise<void> => {
  const found = await world.observer.check();
  if (found === undefined) return;
  record.checks += 1;
  for (const text of found) record.violations.add(text);
};

/** Checks every two seconds until told to end. */
const watch = (deps: RunRowDeps, world: World, record: Course): (() => Promise<void>) => {
  let watching = true;
  const looking = (async () => {
    while (watching) {
      await check(world, record);
      await deps.sleep(CHECK_EVERY_MS);
    }
  })();
  return async () => {
    watching = false;
    await looking;
  };
};

/** Faults, then peace, then every invariant. Resolves to how long it took to heal, in seconds. */
const breakAndMend = async (deps: RunRowDeps, row: FaultRow, world: World, record: Course): Promise<number | null> => {
  const context = contextOf(deps, row, world, record);
  await row.run(context);
  const quiet = await context.until(() => isQuiet(world), QUIET_WITHIN_MS);
  const healSeconds = quiet ? (deps.now() - record.lastInjection) / 1_000 : null;
  if (!quiet) record.violations.add(await unfinished(world));
  for (const text of await world.observer.merges(world.repo)) record.violations.add(text);
  for (const text of await world.observer.replay()) record.violations.add(text);
  record.checks += 2;
  await check(world, record);
  return healSeconds;
};

/** Runs one row on a system of its own. */
export const createRunRow =
  (deps: RunRowDeps) =>
  async (row: FaultRow): Promise<RowResult> => {
    const head = { row: row.row, name: row.name };
    const skipped = await row.skip?.();
    if (skipped !== undefined) {
      return { ...head, injections: 0, checks: 0, violations: [], healSeconds: null, skipped };
    }
    const record: Course = { violations: new Set(), injections: 0, checks: 0, lastInjection: deps.now() };
    const world = await deps.startWorld(row);
    const unwatch = watch(deps, world, record);
    let healSeconds: number | null = null;
    try {
      healSeconds = await breakAndMend(deps, row, world, record);
    } catch (error) {
      record.violations.add(`the row broke off: ${messageOf(error)}`);
    } finally {
      await unwatch();
      await world.stop();
    }
    const { injections, checks, violations } = record;
    return { ...head, injections, checks, violations: [...violations], healSeconds };
  };

import { messageOf } from '@rig/kernel';
import type { RowResult } from '../../core/faults/row-result.js';
import { seeded } from '../../core/faults/seeded.js';
import { createContext, RowOverdue, type Course } from './row-context.js';
import type { FaultRow, RowContext } from './row.js';
import type { Look, World } from './world.js';

export type { FaultRow, RowContext } from './row.js';

export interface RunRowDeps {
  startWorld(row: FaultRow): Promise<World>;
  readonly points: readonly string[];
  readonly seed: number;
  readonly short: boolean;
  /** Ends a row early; the row counts as violated. */
  readonly signal: AbortSignal;
  /** Milliseconds. */
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

const CHECK_EVERY_MS = 2_000;
/** Also long enough for one look that takes its time on a busy machine. */
const SETTLED_WITHIN_MS = 45_000;
const QUIET_WITHIN_MS = 120_000;
const BOUND_SECONDS = 240;

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

const take = (world: World, course: Course, look: Look): void => {
  if (look.invariants.length === 0) return;
  course.checks += look.invariants.length;
  world.history.add({ op: 'checked', ...look });
  for (const text of look.found) course.violations.add(text);
};

/** Checks every two seconds until told to end. */
const watch = (deps: RunRowDeps, world: World, course: Course): (() => Promise<void>) => {
  const ending = new AbortController();
  const looking = (async () => {
    while (!ending.signal.aborted) {
      take(world, course, await world.observer.look());
      await deps.sleep(CHECK_EVERY_MS, ending.signal);
    }
  })();
  return async () => {
    ending.abort();
    await looking;
  };
};

/** Faults, then peace, then every invariant. Resolves to how long it took to heal, in seconds. */
const breakAndMend = async (context: RowContext, row: FaultRow, course: Course, now: () => number) => {
  const { world } = context;
  await row.run(context);
  const quiet = await context.until(() => isQuiet(world), QUIET_WITHIN_MS, 'everything filed to come to its end');
  const healSeconds = quiet ? (now() - course.lastInjection) / 1_000 : null;
  if (!quiet) course.violations.add(await unfinished(world));
  // A blocked issue waits for a person with a reason, which is allowed; whoever reads the history should see it.
  const blocked = (await world.observer.events().catch(() => [])).filter(({ type }) => type === 'ISSUE_BLOCKED');
  for (const { subject, data } of blocked) context.note(`${subject} was blocked: ${String(data['code'])}`);
  let look: Look | undefined;
  // A delivery that comes in while all is compared is decided a moment later; what is violated stays so.
  await context.until(async () => {
    look = await world.observer.lookAtRest(world.history);
    return look.found.length === 0;
  }, SETTLED_WITHIN_MS);
  if (look === undefined) course.violations.add('the system could not be looked at when all had ended');
  else take(world, course, look);
  return healSeconds;
};

/** The row, or its deadline, whichever comes first; nothing of it goes on behind its deadline. */
const within = async (deps: RunRowDeps, row: FaultRow, world: World, course: Course): Promise<number | null> => {
  const bound = row.boundSeconds ?? BOUND_SECONDS;
  const overdue = new AbortController();
  const done = new AbortController();
  const timer = deps.sleep(bound * 1_000, done.signal).then(() => overdue.abort());
  const signal = AbortSignal.any([overdue.signal, deps.signal]);
  const context = createContext(
    { ...deps, signal },
    { row, world, course, random: seeded(deps.seed * 1_000 + row.row) },
  );
  try {
    return await breakAndMend(context, row, course, deps.now);
  } catch (error) {
    if (!(error instanceof RowOverdue)) throw error;
    const why = deps.signal.aborted ? 'was stopped' : `took longer than ${bound} s`;
    course.violations.add(`the row ${why}; it waited for ${error.waitedFor}`);
    return null;
  } finally {
    done.abort();
    await timer;
  }
};

/** Runs one row on a system of its own. */
export const createRunRow =
  (deps: RunRowDeps) =>
  async (row: FaultRow): Promise<RowResult> => {
    const head = { row: row.row, name: row.name };
    const nothing = { injections: 0, checks: 0, violations: [], healSeconds: null };
    const skipped = await row.skip?.();
    if (skipped !== undefined) return { ...head, ...nothing, skipped };
    const course: Course = { violations: new Set(), injections: 0, checks: 0, lastInjection: deps.now() };
    const world = await deps.startWorld(row);
    const unwatch = watch(deps, world, course);
    let healSeconds: number | null = null;
    try {
      healSeconds = await within(deps, row, world, course);
    } catch (error) {
      course.violations.add(`the row broke off: ${messageOf(error)}`);
    } finally {
      await unwatch();
      await world.stop();
    }
    const { injections, checks, violations } = course;
    return { ...head, injections, checks, violations: [...violations], healSeconds };
  };

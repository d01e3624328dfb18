import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalJson, RigError } from '@rig/kernel';
import { eventually } from '@rig/testkit';
import fc from 'fast-check';
import type { AppendItem, AppendOutcome, EventStore } from './event-store.js';
import { givenBack, issue, newEvent, note, slots, taken, tasks, write } from './fixture.spec.js';
import { openPostgres, type PostgresUnderTest } from './postgres-fixture.spec.js';

/** One step of a writer: on which of four subjects, what, and whether a guard limits it. */
interface Step {
  readonly subject: number;
  readonly agent: string;
  readonly back: boolean;
  readonly guarded: boolean;
  readonly repeat: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  subject: fc.integer({ min: 1, max: 4 }),
  agent: fc.constantFrom('a', 'b'),
  back: fc.boolean(),
  guarded: fc.boolean(),
  repeat: fc.boolean(),
});

const LIMIT = 2;

/** Writes by expected version, reading again after a conflict; at most 30 times. */
const perform = async (store: EventStore, wish: Step): Promise<AppendOutcome> => {
  const subject = issue(wish.subject);
  const event = wish.back ? givenBack() : taken(wish.agent);
  for (let tries = 0; tries < 30; tries++) {
    const version = (await store.readStream(subject)).length;
    const item: AppendItem = {
      ...write(subject, version, event),
      ...(wish.guarded && !wish.back ? { guards: slots(wish.agent, LIMIT) } : {}),
      effects: note(event.id),
    };
    const outcomes = await Promise.all([store.append(item), ...(wish.repeat ? [store.append(item)] : [])]);
    const [outcome] = outcomes;
    if (outcome !== undefined && outcome.status !== 'conflict') return outcome;
  }
  throw new RigError({ code: 'NO_PROGRESS', kind: 'bug', message: '30 conflicts in a row' });
};

/** Positions dense, versions dense by subject, ids unique. */
const checkLog = async (store: EventStore): Promise<number> => {
  const log = await store.readAll(0, 10_000);
  expect(log.map(({ position }) => position)).toStrictEqual(log.map((_, index) => index + 1));
  const versions = new Map<string, number>();
  for (const { subject, version } of log) {
    expect(version).toBe((versions.get(subject) ?? 0) + 1);
    versions.set(subject, version);
  }
  expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
  return log.length;
};

const rowsOf = async (on: PostgresUnderTest): Promise<string> =>
  canonicalJson((await on.pool.query('select key, position, state from rig_test.tasks order by key')).rows);

describe('concurrent appends on Postgres', () => {
  let on: PostgresUnderTest;
  beforeEach(async () => {
    on = await openPostgres();
  });
  afterEach(async () => {
    await on.close();
  });

  it('keeps any history of two appenders dense, once each, and equal to its rebuild byte for byte', async () => {
    const stores = [on.store, on.another()] as const;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { maxLength: 6 }), async (writers) => {
        const before = await on.store.head();
        const outcomes = await Promise.all(
          writers.map(async (steps, index) => {
            const done: AppendOutcome[] = [];
            for (const wish of steps) done.push(await perform(stores[index % 2 === 0 ? 0 : 1], wish));
            return done;
          }),
        );
        const appended = outcomes.flat().filter(({ status }) => status === 'appended' || status === 'duplicate');
        expect(await checkLog(on.store)).toBe(before + appended.length);
        const inline = await rowsOf(on);
        await on.store.rebuild([tasks]);
        expect(await rowsOf(on)).toBe(inline);
      }),
      { numRuns: 12 },
    );
  });

  it('skips nothing for a reader that follows sixteen writers', async () => {
    const stores = [on.store, on.another()] as const;
    const wanted = 16 * 20;
    const follow = async (): Promise<number[]> => {
      const seen: number[] = [];
      while (seen.length < wanted) {
        for (const { position } of await on.store.readAll(seen.at(-1) ?? 0)) seen.push(position);
      }
      return seen;
    };
    const writer = async (index: number): Promise<void> => {
      for (let n = 0; n < 20; n++) {
        await stores[index % 2 === 0 ? 0 : 1].append(write(issue(index + 1), n, newEvent('WORK', { n })));
      }
    };
    const [seen] = await Promise.all([follow(), ...Array.from({ length: 16 }, (_, index) => writer(index))]);
    expect(seen).toStrictEqual(Array.from({ length: wanted }, (_, index) => index + 1));
    expect(await checkLog(on.store)).toBe(wanted);
  });

  it('never gives out more slots than there are, from two appenders at once', async () => {
    const stores = [on.store, on.another()] as const;
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        stores[n % 2 === 0 ? 0 : 1].append({ ...write(issue(n + 1), 0, taken('a')), guards: slots('a', 3) }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'appended')).toHaveLength(3);
    expect(outcomes.filter((outcome) => outcome.status === 'guarded')).toHaveLength(37);
    expect(await checkLog(on.store)).toBe(3);
  });

  it('appends an id once, however often and from wherever it comes', async () => {
    const stores = [on.store, on.another()] as const;
    const item = { ...write(issue(1), 0, taken('a')), effects: note('n') };
    const outcomes = await Promise.all(Array.from({ length: 12 }, (_, n) => stores[n % 2 === 0 ? 0 : 1].append(item)));
    expect(outcomes.map((outcome) => outcome.status).filter((status) => status === 'appended')).toHaveLength(1);
    expect(await on.notes()).toStrictEqual({ n: 12 });
  });

  it('recalls what it wrote itself, and soon what another process wrote since', async () => {
    const unwatch = await on.store.watch(() => undefined);
    const other = on.another();
    await on.store.append(write(issue(1), 0, taken('a')));
    expect(await on.store.recall(tasks, issue(1))).toMatchObject({ agent: 'a', taken: 1 });
    await other.append(write(issue(1), 1, taken('b')));
    await eventually(async () =>
      expect(await on.store.recall(tasks, issue(1))).toMatchObject({ agent: 'b', taken: 2 }),
    );
    expect(await other.recall(tasks, issue(2))).toBeUndefined();
    await unwatch();
  });

  it('refuses a decision that rests on a row which another process has changed meanwhile', async () => {
    await on.store.append(write(issue(1), 0, taken('a')));
    await on.another().append(write(issue(1), 1, taken('b')));
    // Nobody watches here: the memory has not been told, and the append finds out.
    expect(await on.store.recall(tasks, issue(1))).toMatchObject({ taken: 1 });
    expect(await on.store.append(write(issue(1), 1, taken('a')))).toMatchObject({ status: 'conflict', actual: 2 });
    expect(await on.store.recall(tasks, issue(1))).toMatchObject({ agent: 'b', taken: 2 });
  });

  it('sees rows that another process has rebuilt', async () => {
    await on.store.append(write(issue(1), 0, taken('a')));
    await on.pool.query(`update rig_test.tasks set state = state || '{"taken": 50}'`);
    const misled = on.another();
    await misled.append(write(issue(1), 1, taken('a')));
    expect(await misled.load(tasks, issue(1))).toMatchObject({ taken: 51 });
    await on.store.rebuild([tasks]);
    await misled.append(write(issue(1), 2, taken('b')));
    expect(await misled.load(tasks, issue(1))).toStrictEqual({ agent: 'b', taken: 3, history: [1, 2, 3] });
  });
});

import { expect, it } from '@jest/globals';
import type { AppendItem, EventStore } from './event-store.js';
import { issue, note, slots, taken, tasks, write, type StoreUnderTest } from './fixture.spec.js';

/** Guards and effects of an append, on any store. */
export const guarding = (on: { store: EventStore; notes: StoreUnderTest['notes'] }): void => {
  it('keeps what a guard forbids out, effects included', async () => {
    await on.store.append({ ...write(issue(1), 0, taken('a')), guards: slots('a', 1) });
    const refused = await on.store.append({
      ...write(issue(2), 0, taken('a')),
      guards: slots('a', 1),
      effects: note('n'),
    });
    expect(refused).toStrictEqual({ status: 'guarded', guard: 'slots' });
    expect(await on.store.head()).toBe(1);
    expect(await on.notes()).toStrictEqual({});
  });

  it('shows a guard everything that came before it in the same moment', async () => {
    const items = [1, 2, 3, 4, 5, 6].map((n) => ({ ...write(issue(n), 0, taken('a')), guards: slots('a', 2) }));
    const outcomes = await Promise.all(items.map((item) => on.store.append(item)));
    expect(outcomes.map(({ status }) => status)).toStrictEqual([
      'appended',
      'appended',
      'guarded',
      'guarded',
      'guarded',
      'guarded',
    ]);
    expect(await on.store.head()).toBe(2);
  });

  it('judges together what does not touch each other, and never lets two use up the same thing', async () => {
    const own = (agent: string): NonNullable<AppendItem['guards']> =>
      slots(agent, 1).map((guard) => ({ ...guard, restsOn: { subjects: [], uses: [agent] } }));
    const items = ['a', 'b', 'c', 'a', 'b', 'd'].map((agent, n) => ({
      ...write(issue(n), 0, taken(agent)),
      guards: own(agent),
    }));
    const outcomes = await Promise.all(items.map((item) => on.store.append(item)));
    expect(outcomes.map(({ status }) => status)).toStrictEqual([
      'appended',
      'appended',
      'appended',
      'guarded',
      'guarded',
      'appended',
    ]);
  });

  it('runs effects of an item that writes nothing', async () => {
    expect(await on.store.append({ writes: [], effects: note('n') })).toStrictEqual({ status: 'appended', events: [] });
    expect(await on.notes()).toStrictEqual({ n: 1 });
    expect(await on.store.head()).toBe(0);
  });

  it('writes nothing of an item whose effect fails, and all of its neighbours', async () => {
    const bad = on.store.append({ ...write(issue(1), 0, taken('a')), effects: [{ name: 'fail', args: {} }] });
    const good = on.store.append(write(issue(2), 0, taken('a')));
    await expect(bad).rejects.toMatchObject({ kind: 'terminal' });
    expect(await good).toMatchObject({ status: 'appended', events: [{ position: 1 }] });
    expect(await on.store.load(tasks, issue(1))).toBeUndefined();
  });

  it('names a function that is missing as a bug', async () => {
    const item = { ...write(issue(1), 0, taken('a')), guards: [{ name: 'nobody', args: {} }] };
    await expect(on.store.append(item)).rejects.toMatchObject({ code: 'APPEND_FUNCTION_MISSING', kind: 'bug' });
  });
};

import { expect, it } from '@jest/globals';
import type { EventStore } from './event-store.js';
import { givenBack, issue, taken, tasks, write } from './fixture.spec.js';

/** Replaying the log beside the rows. */
export const verifying = (on: { readonly store: EventStore }): void => {
  it('finds no difference between the rows and the log, and changes neither', async () => {
    await Promise.all([1, 2, 3].map((n) => on.store.append(write(issue(n), 0, taken('a'), taken('b')))));
    await on.store.append(write(issue(2), 2, givenBack()));
    const before = await on.store.load(tasks, issue(1));
    expect(await on.store.verify([tasks])).toStrictEqual({
      head: 7,
      projections: [{ name: 'tasks', rows: 2, differences: 0, examples: [] }],
    });
    expect(await on.store.load(tasks, issue(1))).toStrictEqual(before);
    // Appends go on from rows that are remembered.
    await on.store.append(write(issue(1), 2, taken('c')));
    expect(await on.store.verify([tasks])).toMatchObject({ projections: [{ rows: 2, differences: 0 }] });
  });

  it('shows rows that are not what the log makes of them', async () => {
    await Promise.all([1, 2].map((n) => on.store.append(write(issue(n), 0, taken('a')))));
    const changed: typeof tasks = {
      ...tasks,
      evolve: (row, event, key) => {
        const next = tasks.evolve(row, event, key);
        return key === issue(1) ? undefined : next && { ...next, agent: 'z' };
      },
    };
    const { projections } = await on.store.verify([changed]);
    expect(projections).toMatchObject([{ rows: 1, differences: 2 }]);
    const [gone, other] = projections[0]?.examples ?? [];
    expect(gone).toMatchObject({ key: issue(1), kept: expect.stringContaining('"agent":"a"'), rebuilt: null });
    expect(other).toMatchObject({ key: issue(2), rebuilt: expect.stringContaining('"agent":"z"') });
  });
};

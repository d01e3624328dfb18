import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore } from './event-store.js';
import { guarding } from './guarding.features.spec.js';
import { verifying } from './verifying.features.spec.js';
import { givenBack, issue, newEvent, note, slots, taken, tasks, write, type StoreUnderTest } from './fixture.spec.js';

interface Context {
  store: EventStore;
  notes: StoreUnderTest['notes'];
}

const appending = (on: Context): void => {
  it('gives dense positions and versions', async () => {
    const first = await on.store.append(write(issue(1), 0, taken('a'), givenBack()));
    const second = await on.store.append(write(issue(2), 0, taken('b')));
    expect(first).toMatchObject({
      status: 'appended',
      events: [
        { position: 1, version: 1 },
        { position: 2, version: 2 },
      ],
    });
    expect(second).toMatchObject({ status: 'appended', events: [{ position: 3, version: 1, subject: issue(2) }] });
    expect(await on.store.head()).toBe(3);
  });

  it('returns events exactly as the log has them', async () => {
    const event = {
      ...newEvent('TASK_TAKEN', { z: 1, a: { c: undefined, b: [1.5, 1e21] } }),
      correlationid: undefined,
    };
    const outcome = await on.store.append(write(issue(1), 0, event));
    if (outcome.status !== 'appended') throw new Error(outcome.status);
    expect(await on.store.readAll(0)).toStrictEqual(outcome.events);
    expect(await on.store.readStream(issue(1))).toStrictEqual(outcome.events);
  });

  it('replaces characters that cannot be stored', async () => {
    const outcome = await on.store.append(
      write(issue(1), 0, newEvent('NOTED', { text: 'a\u0000b\ud800c 🙂 \\u0000' })),
    );
    expect(outcome).toMatchObject({ events: [{ data: { text: 'a\ufffdb\ufffdc 🙂 \\u0000' } }] });
    expect(await on.store.readAll(0)).toMatchObject([{ data: { text: 'a\ufffdb\ufffdc 🙂 \\u0000' } }]);
  });

  it('refuses a write whose stream has another version', async () => {
    await on.store.append(write(issue(1), 0, taken('a')));
    expect(await on.store.append(write(issue(1), 0, taken('b')))).toStrictEqual({
      status: 'conflict',
      subject: issue(1),
      expected: 0,
      actual: 1,
    });
    expect(await on.store.append(write(issue(2), 4))).toMatchObject({ status: 'conflict', expected: 4, actual: 0 });
    expect(await on.store.head()).toBe(1);
  });

  it('lets exactly one of several concurrent writers of a stream win', async () => {
    const outcomes = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => on.store.append(write(issue(1), 0, taken(`agent-${n}`)))),
    );
    expect(outcomes.map(({ status }) => status).sort()).toStrictEqual([
      'appended',
      'conflict',
      'conflict',
      'conflict',
      'conflict',
    ]);
  });

  it('writes several streams or none of them', async () => {
    await on.store.append(write(issue(1), 0, taken('a')));
    const both = (version: number): ReturnType<EventStore['append']> =>
      on.store.append({
        writes: [
          { subject: issue(2), expectedVersion: 0, events: [taken('a')] },
          { subject: issue(1), expectedVersion: version, events: [givenBack()] },
        ],
      });
    expect(await both(0)).toMatchObject({ status: 'conflict', subject: issue(1) });
    expect(await on.store.readStream(issue(2))).toStrictEqual([]);
    expect(await both(1)).toMatchObject({ status: 'appended' });
  });

  it('lets one of two decisions win that each rest on the stream the other one writes', async () => {
    await on.store.append(write(issue(1), 0, taken('a')));
    await on.store.append(write(issue(2), 0, taken('a')));
    const decision = (written: number, read: number): ReturnType<EventStore['append']> =>
      on.store.append({
        writes: [
          { subject: issue(written), expectedVersion: 1, events: [givenBack()] },
          { subject: issue(read), expectedVersion: 1, events: [] },
        ],
      });
    const outcomes = await Promise.all([decision(1, 2), decision(2, 1)]);
    expect(outcomes.map(({ status }) => status).sort()).toStrictEqual(['appended', 'conflict']);
    expect(await on.store.head()).toBe(3);
  });

  it('fails an item that holds one id twice, and nobody else', async () => {
    const id = newEvent('X').id;
    const bad = on.store.append(write(issue(1), 0, taken('a', id), taken('b', id)));
    const good = on.store.append(write(issue(2), 0, taken('a')));
    await expect(bad).rejects.toMatchObject({ code: 'APPEND_FAILED', kind: 'terminal' });
    expect(await good).toMatchObject({ status: 'appended', events: [{ position: 1 }] });
  });
};

const idempotency = (on: Context): void => {
  it('knows an item that was decided before, and runs its effects again', async () => {
    const item = { ...write(issue(1), 0, taken('a'), taken('a')), effects: note('n') };
    expect(await on.store.append(item)).toMatchObject({ status: 'appended' });
    expect(await on.store.append(item)).toStrictEqual({ status: 'duplicate' });
    expect(await on.store.head()).toBe(2);
    expect(await on.notes()).toStrictEqual({ n: 2 });
  });

  it('appends once when the same item is given several times at once', async () => {
    const item = { ...write(issue(1), 0, taken('a')), effects: note('n') };
    const outcomes = await Promise.all([1, 2, 3].map(() => on.store.append(item)));
    expect(outcomes.map(({ status }) => status).sort()).toStrictEqual(['appended', 'duplicate', 'duplicate']);
    expect(await on.notes()).toStrictEqual({ n: 3 });
  });

  it('takes a duplicate for one even if a guard would say no today', async () => {
    const item = { ...write(issue(1), 0, taken('a')), guards: slots('a', 1) };
    await on.store.append(item);
    expect(await on.store.append(item)).toStrictEqual({ status: 'duplicate' });
  });
};

const projecting = (on: Context): void => {
  it('keeps rows with the append and drops them', async () => {
    await on.store.append(write(issue(1), 0, taken('a'), taken('b')));
    expect(await on.store.load(tasks, issue(1))).toStrictEqual({ agent: 'b', taken: 2, history: [1, 2] });
    await on.store.append(write(issue(1), 2, givenBack()));
    expect(await on.store.load(tasks, issue(1))).toBeUndefined();
    await on.store.append(write(issue(1), 3, taken('c')));
    expect(await on.store.load(tasks, issue(1))).toStrictEqual({ agent: 'c', taken: 1, history: [4] });
  });

  it('rebuilds the same rows from the log', async () => {
    await Promise.all([1, 2, 3].map((n) => on.store.append(write(issue(n), 0, taken('a'), taken('b')))));
    await on.store.append(write(issue(2), 2, givenBack()));
    const rows = (): Promise<unknown[]> => Promise.all([1, 2, 3].map((n) => on.store.load(tasks, issue(n))));
    const before = await rows();
    expect(await on.store.rebuild([tasks])).toBe(7);
    expect(await rows()).toStrictEqual(before);
    // What the store remembered of rows is still right.
    await on.store.append(write(issue(1), 2, taken('c')));
    expect(await on.store.load(tasks, issue(1))).toMatchObject({ agent: 'c', taken: 3 });
  });
};

const reading = (on: Context): void => {
  it('reads the log behind a position, at most a limit', async () => {
    await on.store.append(write(issue(1), 0, taken('a'), taken('b'), taken('c'), taken('d')));
    const positions = (await on.store.readAll(1, 2)).map(({ position }) => position);
    expect(positions).toStrictEqual([2, 3]);
    expect((await on.store.readStream(issue(1), 3)).map(({ version }) => version)).toStrictEqual([4]);
    expect(await on.store.readAll(4)).toStrictEqual([]);
  });

  it('wakes watchers until they have had enough', async () => {
    let wake = (): void => undefined;
    const next = (): Promise<void> => new Promise((resolve) => (wake = resolve));
    const end = await on.store.watch(() => wake());
    const woken = next();
    await on.store.append(write(issue(1), 0, taken('a')));
    await woken;
    await end();
  });
};

/** What every event store does; each adapter runs it. */
export const eventStoreFeatures = (name: string, open: () => Promise<StoreUnderTest>): void => {
  describe(`event store (${name})`, () => {
    let opened: StoreUnderTest;
    const on: Context = {
      get store() {
        return opened.store;
      },
      notes: () => opened.notes(),
    };
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened.close();
    });
    describe('appending', () => appending(on));
    describe('idempotency', () => idempotency(on));
    describe('guards and effects', () => guarding(on));
    describe('inline projections', () => projecting(on));
    describe('verifying', () => verifying(on));
    describe('reading', () => reading(on));
  });
};

import { describe, expect, it } from '@jest/globals';
import { createTaskPool } from './task-pool.js';

/** Work whose items end when they are told to. */
const createHeld = () => {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  return {
    begun,
    work: (item: number): Promise<void> => {
      begun.push(item);
      return new Promise((resolve) => ends.set(item, resolve));
    },
    end: async (item: number): Promise<void> => {
      ends.get(item)?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
};

const isDone = async (promise: Promise<void>): Promise<boolean> => {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise((resolve) => setImmediate(resolve));
  return done;
};

describe('a task pool', () => {
  it('works in order, and on no more at once than it may', async () => {
    const { work, begun, end } = createHeld();
    const pool = createTaskPool<number>(2, work);
    for (const item of [1, 2, 3, 4]) pool.add(item);
    expect(begun).toEqual([1, 2]);
    await end(2);
    expect(begun).toEqual([1, 2, 3]);
    await end(1);
    expect(begun).toEqual([1, 2, 3, 4]);
  });

  it('has no room while items wait of which nobody knows how long they take', async () => {
    const { work, end } = createHeld();
    const pool = createTaskPool<number>(1, work);
    for (const item of [1, 2]) pool.add(item);
    const room = pool.room();
    expect(await isDone(room)).toBe(false);
    await end(1);
    expect(await isDone(room)).toBe(true);
  });

  it('without reading ahead has room only while an item would begin at once', async () => {
    const { work, end } = createHeld();
    const pool = createTaskPool<number>(2, work, false);
    pool.add(1);
    expect(await isDone(pool.room())).toBe(true);
    pool.add(2);
    const room = pool.room();
    expect(await isDone(room)).toBe(false);
    await end(1);
    expect(await isDone(room)).toBe(true);
  });

  it('has room for another batch before the last one has begun when items are quick', async () => {
    const held = createHeld();
    const pool = createTaskPool<number>(1, async (item) => {
      if (item < 0) await held.work(item);
    });
    for (let item = 0; item < 1_000; item++) pool.add(item);
    await pool.room();
    for (const item of [-1, -2, -3]) pool.add(item);
    expect(await isDone(pool.room())).toBe(true);
  });

  it('goes on after work that throws, and drops what has not begun when it stops', async () => {
    const { work, begun, end } = createHeld();
    const pool = createTaskPool<number>(1, async (item) => {
      if (item === 1) throw new Error('somebody’s bug');
      await work(item);
    });
    for (const item of [1, 2, 3]) pool.add(item);
    await new Promise((resolve) => setImmediate(resolve));
    const stopped = pool.stop();
    expect(await isDone(stopped)).toBe(false);
    await end(2);
    expect(await isDone(stopped)).toBe(true);
    expect(begun).toEqual([2]);
  });
});

/** Runs work on one key one after the other. */
export const createExclusive = (): (<T>(key: number, work: () => Promise<T>) => Promise<T>) => {
  const tails = new Map<number, Promise<unknown>>();
  return (key, work) => {
    const before = tails.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine.catch(() => undefined);
    tails.set(key, tail);
    void tail.then(() => {
      if (tails.get(key) === tail) tails.delete(key);
    });
    return mine;
  };
};

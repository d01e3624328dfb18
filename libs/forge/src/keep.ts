/** One value per key: kept while it is fresh, and asked for once however many wait for it. */
export interface Keep<T> {
  get(key: string, ask: () => Promise<T>): Promise<T>;
  forget(key: string): void;
}

/** Keys are repositories and installations; above the bound all are forgotten and asked for again. */
const MAX_KEYS = 2_000;

export const createKeep = <T>(fresh: (value: T) => boolean): Keep<T> => {
  const kept = new Map<string, Promise<T>>();

  const dropIfSame = (key: string, value: Promise<T>): void => {
    if (kept.get(key) === value) kept.delete(key);
  };

  return {
    forget: (key) => void kept.delete(key),
    get: async (key, ask) => {
      const known = kept.get(key);
      if (known !== undefined) {
        const value = await known;
        if (fresh(value)) return value;
        dropIfSame(key, known);
      }
      const pending = kept.get(key) ?? ask();
      if (kept.size >= MAX_KEYS) kept.clear();
      kept.set(key, pending);
      try {
        return await pending;
      } catch (error) {
        // A failure is not kept: the next caller asks again.
        dropIfSame(key, pending);
        throw error;
      }
    },
  };
};

/** A map that forgets its oldest entries, for answers that never change. */
export interface BoundedMap<T> {
  get(key: string, make: () => Promise<T>): Promise<T>;
}

/** Several askers of one key share one making; what failed is not kept. */
export const createBoundedMap = <T>(limit: number): BoundedMap<T> => {
  const entries = new Map<string, Promise<T>>();
  return {
    get: (key, make) => {
      const known = entries.get(key);
      if (known !== undefined) return known;
      const made = make();
      entries.set(key, made);
      made.catch(() => entries.delete(key));
      const [oldest] = entries.keys();
      if (entries.size > limit && oldest !== undefined) entries.delete(oldest);
      return made;
    },
  };
};

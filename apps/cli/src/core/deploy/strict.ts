/**
 * Schemas of Kubernetes let unknown keys pass, and the API server drops them without a word: a misspelt `livenesProbe`
 * is no probe. This watches which keys a validator asks for; a key that it never asked for is not in its schema.
 */
export interface Watched {
  /** What the validator gets instead of the value. */
  readonly value: unknown;
  /** Paths of keys that nobody asked for, once the validator has run. */
  unknownKeys(): readonly string[];
}

interface Seen {
  readonly path: string;
  readonly target: object;
  readonly asked: Set<string>;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const handlerFor = (seen: Seen, wrap: (value: unknown, path: string) => unknown): ProxyHandler<object> => ({
  get: (target, key) => {
    const value: unknown = Reflect.get(target, key);
    if (typeof key !== 'string') return value;
    seen.asked.add(key);
    return wrap(value, `${seen.path}/${key}`);
  },
  has: (target, key) => {
    if (typeof key === 'string') seen.asked.add(key);
    return Reflect.has(target, key);
  },
  // Whoever lists the keys takes any: a map such as `labels`.
  ownKeys: (target) => {
    for (const key of Object.keys(target)) seen.asked.add(key);
    return Reflect.ownKeys(target);
  },
});

/** Wraps a value of plain objects, lists and scalars. */
export const watch = (root: unknown): Watched => {
  const seen = new Map<string, Seen>();
  const wrap = (value: unknown, path: string): unknown => {
    if (!isObject(value)) return value;
    const known = seen.get(path) ?? { path, target: value, asked: new Set<string>() };
    seen.set(path, known);
    return new Proxy(value, handlerFor(known, wrap));
  };
  return {
    value: wrap(root, ''),
    unknownKeys: () =>
      [...seen.values()].flatMap(({ path, target, asked }) =>
        // A schema without properties asks for none: anything may stand there.
        Array.isArray(target) || asked.size === 0
          ? []
          : Object.keys(target)
              .filter((key) => !asked.has(key))
              .map((key) => `${path}/${key}`),
      ),
  };
};

/** Rows of the read models by name and key, without what only counts how often something was written. */
export type EndState = ReadonlyMap<string, unknown>;

/** Places in the log: the same story told in another order has other ones. */
const PLACES: ReadonlySet<string> = new Set(['version', 'position', 'fence']);

const withoutPlaces = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !PLACES.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, withoutPlaces(inner)]),
  );
};

export const endStateOf = (rows: readonly { readonly key: string; readonly state: unknown }[]): EndState =>
  new Map(rows.map(({ key, state }) => [key, withoutPlaces(state)]));

const fieldsThatDiffer = (before: unknown, after: unknown): readonly string[] => {
  const fields = (value: unknown): Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null ? { ...value } : {};
  const [was, is] = [fields(before), fields(after)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names.filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]));
};

const LENGTH = 120;
const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, LENGTH);

/** What is not the same in two end states, in words; empty where nothing is. */
export const differences = (before: EndState, after: EndState): readonly string[] =>
  [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    if (was === undefined) return [`${key} is there now`];
    if (is === undefined) return [`${key} is gone`];
    return fieldsThatDiffer(was, is).map((name) => {
      const [old, now] = [was, is].map((row) => short((row as Record<string, unknown>)[name]));
      return `${key}: ${name} was ${old}, is ${now}`;
    });
  });

const keyOf = (item: unknown, index: number): string => {
  if (typeof item !== 'object' || item === null) return String(index);
  if ('taskId' in item) return String(item.taskId);
  return 'subject' in item ? String(item.subject) : String(index);
};

/** A saved board, every issue, pull request and task of it under a name of its own; to be compared by `differences`. */
export const boardParts = (state: unknown): EndState =>
  new Map(
    Object.entries(typeof state === 'object' && state !== null ? state : {}).flatMap(([part, value]) =>
      Array.isArray(value)
        ? value.map((item: unknown, index): [string, unknown] => [`${part} ${keyOf(item, index)}`, item])
        : [[part, { value: value as unknown }] satisfies [string, unknown]],
    ),
  );

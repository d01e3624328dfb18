/**
 * What jsonb refuses and JavaScript writes: U+0000 and lone surrogates. People's texts come from outside, so these
 * are replaced by U+FFFD instead of making an event that can never be stored.
 */
const suspicious = /\\u(?:0000|d[89a-f])/;

const wellFormed = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\ufffd');

/** Text that a column of type text accepts: as JSON, U+0000 and lone surrogates are replaced. */
export const storableText = (text: string): string => wellFormed(text);

const repaired = (value: unknown): unknown => {
  if (typeof value === 'string') return wellFormed(value);
  if (Array.isArray(value)) return value.map(repaired);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [wellFormed(key), repaired(inner)]));
};

/** JSON that jsonb accepts. Undefined attributes fall away. */
export const storableJson = (value: unknown): string => {
  const text = JSON.stringify(value);
  return suspicious.test(text) ? JSON.stringify(repaired(JSON.parse(text))) : text;
};

/** The value as it will come back from the store. */
export const asStored = <T>(value: T): T => JSON.parse(storableJson(value)) as T;

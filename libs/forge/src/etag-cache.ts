import type { z } from 'zod';

/** One page of an answer, parsed. */
export interface Answer<T> {
  readonly value: T;
  /** Query parameters of the next page. */
  readonly next: Readonly<Record<string, string>> | undefined;
}

interface Kept<T> {
  readonly etag: string;
  readonly answer: Answer<T>;
}

export interface EtagCache {
  get<T>(key: string, schema: z.ZodType<T>): Kept<T> | undefined;
  put<T>(key: string, schema: z.ZodType<T>, etag: string, answer: Answer<T>): void;
  readonly size: number;
}

/**
 * Answers for conditional requests, kept parsed, so that only used fields take memory. Bounded, least recently used
 * goes first. Keys name the identity too: one identity never sees another's answer.
 */
export const createEtagCache = (maxEntries: number): EtagCache => {
  const entries = new Map<string, Kept<unknown> & { readonly schema: unknown }>();
  return {
    get: <T>(key: string, schema: z.ZodType<T>) => {
      const found = entries.get(key);
      if (found === undefined || found.schema !== schema) return undefined;
      entries.delete(key);
      entries.set(key, found);
      // The same schema object parsed it, which is what makes it a T.
      return found as Kept<T>;
    },
    put: (key, schema, etag, answer) => {
      entries.delete(key);
      entries.set(key, { schema, etag, answer });
      const oldest = entries.size > maxEntries ? entries.keys().next() : undefined;
      if (oldest?.done === false) entries.delete(oldest.value);
    },
    get size() {
      return entries.size;
    },
  };
};

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';

const Examples = z.array(z.object({ name: z.string(), examples: z.array(z.record(z.string(), z.unknown())) }));

/** GitHub's published examples, as parsed from the package's data file. */
export const readExamples = (): z.infer<typeof Examples> => {
  const path = createRequire(import.meta.url).resolve('@octokit/webhooks-examples/api.github.com/index.json');
  return Examples.parse(JSON.parse(readFileSync(path, 'utf8')));
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Paths of all fields of a value: `a`, `a.b`, and `a[].b` for the first element of a list. */
export const fieldPaths = (value: unknown, at = ''): Set<string> => {
  const paths = new Set<string>();
  const add = (inner: unknown, path: string): void => {
    for (const below of fieldPaths(inner, path)) paths.add(below);
  };
  if (Array.isArray(value) && value.length > 0) add(value[0], `${at}[]`);
  if (!isRecord(value)) return paths;
  for (const [key, inner] of Object.entries(value)) {
    const path = at === '' ? key : `${at}.${key}`;
    paths.add(path);
    add(inner, path);
  }
  return paths;
};

/** What every example has. Below an empty list or a null nothing is known, so nothing is asked for there. */
export const commonPaths = (examples: readonly unknown[]): Set<string> => {
  const [first = new Set<string>(), ...others] = examples.map((example) => fieldPaths(example));
  return new Set([...first].filter((path) => others.every((paths) => paths.has(path))));
};

/** Fields asked for whose parent the payload has as an object or filled list, and which it lacks. */
export const missingPaths = (wanted: ReadonlySet<string>, payload: unknown): string[] => {
  const has = fieldPaths(payload);
  const parentFilled = (path: string): boolean => {
    const parent = path.slice(0, Math.max(path.lastIndexOf('.'), 0));
    return parent === '' || [...has].some((other) => other.startsWith(`${parent}.`));
  };
  return [...wanted].filter((path) => !has.has(path) && parentFilled(path));
};

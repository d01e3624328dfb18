import { z } from 'zod';

const lockfileSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      resolved: z.string().optional(),
      link: z.boolean().optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

/**
 * What is wrong with a lockfile beyond what npm checks itself:
 * an address of one particular registry, which another machine may not reach, and optional packages that are named
 * but not locked, as npm leaves out another platform's binaries without a word.
 */
export const lockfileFaults = (lockfile: unknown): string[] => {
  const parsed = lockfileSchema.safeParse(lockfile);
  if (!parsed.success) return ['package-lock.json is not a lockfile of npm 7 or newer'];
  const entries = Object.entries(parsed.data.packages);
  const locked = new Set(
    entries.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)),
  );
  const addresses = entries
    .filter(([, entry]) => entry.link !== true && entry.resolved !== undefined)
    .map(([path]) => `${path} is bound to the address of a registry ("resolved")`);
  const missing = entries.flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !locked.has(name))
      .map((name) => `${path === '' ? 'package.json' : path} names the optional package ${name}, which is not locked`),
  );
  return [...addresses, ...missing];
};

import { execFile } from 'node:child_process';
import { z } from 'zod';
import type { RowResult } from '../../core/faults/row-result.js';
import { whyNoDisks } from './small-disks.js';

const Results = z.array(
  z.object({
    row: z.int(),
    name: z.string(),
    injections: z.int(),
    checks: z.int(),
    violations: z.array(z.string()),
    healSeconds: z.number().nullable(),
    skipped: z.string().optional(),
  }),
);

const readResults = (text: string): z.infer<typeof Results> => {
  try {
    return Results.parse(JSON.parse(text));
  } catch {
    return [];
  }
};

/** Set in the namespace: whoever cannot mount there, either, does not try again. */
const INSIDE = 'RIG_FAULTS_NAMESPACE';
const LIMIT_MS = 15 * 60_000;

const run = (args: readonly string[], limitMs: number): Promise<{ code: number; stdout: string }> =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, [INSIDE]: '1' }, timeout: limitMs, maxBuffer: 16 * 1024 * 1024 };
    execFile('unshare', ['-Urm', ...args], options, (error, stdout) =>
      resolve({ code: error === null ? 0 : 1, stdout }),
    );
  });

/**
 * Runs a row that mounts disks in a namespace of its own, where an ordinary user may. Undefined where that is not needed,
 * or not possible.
 */
export const runInNamespace = async (row: number, seed: number): Promise<RowResult | undefined> => {
  if (process.env[INSIDE] !== undefined || (await whyNoDisks()) === undefined) return undefined;
  if ((await run(['true'], 5_000)).code !== 0) return undefined;
  const [, main = ''] = process.argv;
  const args = [process.execPath, main, 'faults', '--only', String(row), '--seed', String(seed), '--json'];
  const { stdout } = await run(args, LIMIT_MS);
  const [result] = readResults(stdout);
  if (result === undefined) return undefined;
  const { skipped, ...rest } = result;
  return skipped === undefined ? rest : { ...rest, skipped };
};

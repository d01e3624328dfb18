import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { StageOutcome } from '../flows/run-tests.js';

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numRuntimeErrorTestSuites: z.number(),
  wasInterrupted: z.boolean().optional(),
});

/** Jest's own counts. A file that could not be loaded counts as one failure: its tests were never counted. */
export const jestCounts = async (file: string, exitCode: number): Promise<StageOutcome> => {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const parsed = text === undefined ? undefined : reportSchema.safeParse(JSON.parse(text));
  if (parsed?.success !== true) return { passed: 0, failed: 1, note: 'Jest ended without a report' };
  const { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites } = parsed.data;
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  if (failed > 0) return { passed, failed };
  if (passed === 0) return { passed, failed: 1, note: 'no test was found' };
  return exitCode === 0 ? { passed, failed } : { passed, failed: 1, note: `Jest ended with exit code ${exitCode}` };
};

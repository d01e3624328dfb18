import { join } from 'node:path';
import { checkExitCode, checkLines, statusOf, type CheckResult } from '../../core/deploy/check-report.js';
import { runChecks } from '../../flows/deploy/run-checks.js';
import { checkoutRoot } from '../checkout.js';
import { printJson, printOut } from '../terminal.js';
import { deployChecks } from './all-checks.js';

/** Runs the checks of the deployment; the answer is what each found. */
export const checkDeployment = (options: { readonly fetch: boolean; readonly log: (line: string) => void }) =>
  runChecks({ checks: deployChecks({ root: checkoutRoot, ...options }), now: () => performance.now() });

const toJson = (results: readonly CheckResult[]): unknown => ({
  checks: results.map((result) => ({ ...result, ms: Math.round(result.ms), status: statusOf(result) })),
});

/** `rig deploy check` */
export const runDeployCheck = async (given: Record<string, unknown>): Promise<number> => {
  const results = await checkDeployment({
    fetch: given['fetch'] !== false,
    log: (line) => void process.stderr.write(`${line}\n`),
  });
  if (given['json'] === true) printJson(toJson(results));
  else for (const line of checkLines(results)) printOut(line);
  return checkExitCode(results);
};

export const chartFolder = join(checkoutRoot, 'charts', 'rig');

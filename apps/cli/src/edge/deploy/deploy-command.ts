import { checkExitCode, checkLines, statusOf, type CheckResult } from '../../core/deploy/check-report.js';
import { usageError } from '../../core/arguments.js';
import { runChecks } from '../../flows/deploy/run-checks.js';
import { checkoutRoot } from '../checkout.js';
import { printJson, printOut } from '../terminal.js';
import { deployChecks } from './all-checks.js';

interface CheckOptions {
  readonly fetch: boolean;
  /** Part of the names of the checks to run; all when empty. */
  readonly only: string;
  readonly log: (line: string) => void;
}

/** Checks that look at what another one rendered run it first. */
const RENDERS = 'chart: helm template';

/** Runs the checks of the deployment; the answer is what each found. */
const checkDeployment = ({ only, ...options }: CheckOptions): Promise<readonly CheckResult[]> => {
  const all = deployChecks({ root: checkoutRoot, ...options });
  const chosen = all.filter(({ name }) => name.toLowerCase().includes(only.toLowerCase()));
  if (chosen.length === 0) {
    throw usageError(`--only "${only}": no check has that in its name`, 'Run `rig deploy check` to see their names.');
  }
  const checks = all.filter((check) => chosen.includes(check) || check.name === RENDERS);
  return runChecks({ checks, now: () => performance.now() });
};

const toJson = (results: readonly CheckResult[]): unknown => ({
  checks: results.map((result) => ({ ...result, ms: Math.round(result.ms), status: statusOf(result) })),
});

/** `rig deploy check` */
export const runDeployCheck = async (given: Record<string, unknown>): Promise<number> => {
  const results = await checkDeployment({
    fetch: given['fetch'] !== false,
    only: typeof given['only'] === 'string' ? given['only'] : '',
    log: (line) => void process.stderr.write(`${line}\n`),
  });
  if (given['json'] === true) printJson(toJson(results));
  else for (const line of checkLines(results)) printOut(line);
  return checkExitCode(results);
};

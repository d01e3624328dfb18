import { isRigError, messageOf } from '@rig/kernel';
import type { CheckOutcome, CheckResult } from '../../core/deploy/check-report.js';

export interface DeployCheck {
  readonly name: string;
  run(): Promise<CheckOutcome>;
}

export interface RunChecksOptions {
  readonly checks: readonly DeployCheck[];
  /** Milliseconds. */
  now(): number;
  onResult?(result: CheckResult): void;
}

/** A server that can be neither found nor fetched: nothing is wrong with what was to be checked. */
const MISSING = new Set(['POSTGRES_NOT_FOUND', 'VALKEY_NOT_FOUND']);

const thrown = (error: unknown): CheckOutcome =>
  isRigError(error) && MISSING.has(error.code)
    ? { passed: 0, findings: [], skipped: error.message }
    : { passed: 0, findings: [messageOf(error)] };

/** Runs the checks one after another, each to its end. One that throws has failed, unless a server is not to be had. */
export const runChecks = async ({ checks, now, onResult }: RunChecksOptions): Promise<readonly CheckResult[]> => {
  const results: CheckResult[] = [];
  for (const { name, run } of checks) {
    const startedAt = now();
    const outcome = await run().catch(thrown);
    const result = { ...outcome, check: name, ms: now() - startedAt };
    results.push(result);
    onResult?.(result);
  }
  return results;
};

import { messageOf } from '@rig/kernel';
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

/** Runs the checks one after another, each to its end whatever the others found; one that throws has failed. */
export const runChecks = async ({ checks, now, onResult }: RunChecksOptions): Promise<readonly CheckResult[]> => {
  const results: CheckResult[] = [];
  for (const { name, run } of checks) {
    const startedAt = now();
    const outcome = await run().catch((error: unknown): CheckOutcome => ({ passed: 0, findings: [messageOf(error)] }));
    const result = { ...outcome, check: name, ms: now() - startedAt };
    results.push(result);
    onResult?.(result);
  }
  return results;
};

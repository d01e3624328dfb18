import { duration, table } from '../format.js';

/** What one check found. Skipped is neither passed nor failed, and is always said. */
export interface CheckOutcome {
  /** How many things were looked at and found in order. */
  readonly passed: number;
  /** One line for each thing that is wrong, beginning with where. */
  readonly findings: readonly string[];
  /** Why nothing could be looked at: a tool that is not to be had. */
  readonly skipped?: string;
}

export interface CheckResult extends CheckOutcome {
  readonly check: string;
  readonly ms: number;
}

export type CheckStatus = 'passed' | 'failed' | 'skipped';

/** A check that looked at nothing has not passed. */
export const statusOf = ({ passed, findings, skipped }: CheckOutcome): CheckStatus => {
  if (findings.length > 0) return 'failed';
  if (skipped !== undefined) return 'skipped';
  return passed > 0 ? 'passed' : 'failed';
};

export const found = (passed: number, findings: readonly string[]): CheckOutcome => ({ passed, findings });

/** Adds up outcomes; one part that was skipped shows, whatever the others found. */
export const allOf = (outcomes: readonly CheckOutcome[]): CheckOutcome => {
  const skipped = outcomes.flatMap((outcome) => outcome.skipped ?? []).join('; ');
  return {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    findings: outcomes.flatMap(({ findings }) => findings),
    ...(skipped === '' ? {} : { skipped }),
  };
};

/** Findings shown of one check; a broken template repeats itself. */
const SHOWN = 20;
const MARKS = { passed: '✓', failed: '✗', skipped: '–' } as const;

const noteOf = (result: CheckResult): string => {
  // A program that fails says more than fits into a line of the table.
  if (result.skipped !== undefined) return `skipped: ${result.skipped.split('\n')[0] ?? ''}`;
  if (result.findings.length > 0) return `${result.findings.length} wrong`;
  return result.passed === 0 ? 'looked at nothing' : '';
};

/** A table, one check a line, and under it what is wrong. */
export const checkLines = (results: readonly CheckResult[]): readonly string[] => [
  ...table(
    ['', 'check', 'in order', 'time', ''],
    results.map((result) => [
      MARKS[statusOf(result)],
      result.check,
      String(result.passed),
      duration(result.ms),
      noteOf(result),
    ]),
  ),
  ...results.flatMap(({ check, findings }) =>
    findings.length === 0
      ? []
      : [
          '',
          `${check}:`,
          ...findings.slice(0, SHOWN).map((finding) => `  ${finding}`),
          ...(findings.length > SHOWN ? [`  and ${findings.length - SHOWN} more`] : []),
        ],
  ),
  '',
  closing(results),
];

const closing = (results: readonly CheckResult[]): string => {
  const count = (status: CheckStatus): number => results.filter((result) => statusOf(result) === status).length;
  const skipped = count('skipped');
  return `${count('passed')} passed, ${count('failed')} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
};

/** 0 only if something was in order and nothing was wrong. */
export const checkExitCode = (results: readonly CheckResult[]): number =>
  results.some((result) => statusOf(result) === 'passed') && !results.some((result) => statusOf(result) === 'failed')
    ? 0
    : 1;

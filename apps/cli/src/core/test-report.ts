/** What one stage of `rig test` found. A stage that is a single check counts as one. */
export interface StageResult {
  readonly stage: string;
  readonly passed: number;
  readonly failed: number;
  readonly ms: number;
  /** Why it failed, in a line, when its output does not say so itself. */
  readonly note?: string;
}

const total = (results: readonly StageResult[], key: 'passed' | 'failed' | 'ms'): number =>
  results.reduce((sum, result) => sum + result[key], 0);

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** A table, one stage a line, failures marked; for people. */
export const reportLines = (results: readonly StageResult[]): string[] => {
  const width = Math.max(...results.map(({ stage }) => stage.length), 5);
  const row = (mark: string, stage: string, passed: string, failed: string, time: string, note = ''): string =>
    `${mark} ${stage.padEnd(width)} ${passed.padStart(8)} ${failed.padStart(8)} ${time.padStart(9)}  ${note}`.trimEnd();
  return [
    row(' ', 'stage', 'passed', 'failed', 'time'),
    ...results.map(({ stage, passed, failed, ms, note }) =>
      row(failed > 0 ? '✗' : '✓', stage, String(passed), String(failed), seconds(ms), note),
    ),
    row(' ', 'all', String(total(results, 'passed')), String(total(results, 'failed')), seconds(total(results, 'ms'))),
  ];
};

/** The last line of every run, for machines. */
export const closingLine = (results: readonly StageResult[]): string =>
  `${total(results, 'passed')} passed, ${total(results, 'failed')} failed`;

/** 0 only if something ran and nothing failed. */
export const testExitCode = (results: readonly StageResult[]): number =>
  total(results, 'failed') === 0 && total(results, 'passed') > 0 ? 0 : 1;

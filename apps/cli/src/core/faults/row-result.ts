/** What one row of the fault table came to. */
export interface RowResult {
  readonly row: number;
  readonly name: string;
  readonly injections: number;
  /** Passes of the invariant checks. */
  readonly checks: number;
  readonly violations: readonly string[];
  /** From the last injection until everything filed had come to an end; null when it never did, or was skipped. */
  readonly healSeconds: number | null;
  /** Why the row was not run. */
  readonly skipped?: string;
}

const cell = (value: string | number, width: number): string => String(value).padStart(width);

const verdict = ({ skipped, violations }: RowResult): string => {
  if (skipped !== undefined) return `skipped: ${skipped}`;
  return violations.length === 0 ? 'holds' : `${violations.length} violated`;
};

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;

/** What is said when a row is over: how it went, how long it took, how long all took so far (milliseconds). */
export const progressLine = (result: RowResult, tookMs: number, sinceStartMs: number): string =>
  `row ${result.row}: ${verdict(result)}, ${result.injections} injections in ${seconds(tookMs)} (${seconds(sinceStartMs)} in all)`;

const line = (result: RowResult): string => {
  const heal = result.healSeconds === null ? '-' : `${result.healSeconds.toFixed(1)} s`;
  const counts = `${cell(result.injections, 10)} ${cell(result.checks, 7)} ${cell(heal, 9)}`;
  return `${cell(result.row, 3)}  ${result.name.padEnd(38)} ${counts}  ${verdict(result)}`;
};

/** The table for people; a skipped row is never shown as one that holds. */
export const tableLines = (results: readonly RowResult[]): readonly string[] => [
  `row  ${'fault'.padEnd(38)} ${cell('injections', 10)} ${cell('checks', 7)} ${cell('healed in', 9)}  invariants`,
  ...results.flatMap((result) => [line(result), ...result.violations.map((text) => `       ${text}`)]),
];

/** 0 only if something ran and no invariant was violated. */
export const exitCodeOf = (results: readonly RowResult[]): number => {
  const ran = results.filter(({ skipped }) => skipped === undefined);
  return ran.length > 0 && ran.every(({ violations }) => violations.length === 0) ? 0 : 1;
};

import type { RowResult } from '../../core/faults/row-result.js';
import type { FaultRow } from './row.js';

export interface RunRowsOptions {
  readonly rows: readonly FaultRow[];
  /** Worlds at the same time; rows that want a machine of their own run one by one behind the others. */
  readonly jobs: number;
  run(row: FaultRow): Promise<RowResult>;
  /** Begins no row any more. */
  readonly signal: AbortSignal;
}

/** Runs rows side by side; resolves to their results in the order in which they were given. */
export const runRows = async ({ rows, jobs, run, signal }: RunRowsOptions): Promise<readonly RowResult[]> => {
  const results = new Map<FaultRow, RowResult>();
  const lanes = async (waiting: FaultRow[], count: number): Promise<void> => {
    const lane = async (): Promise<void> => {
      for (let row = waiting.shift(); row !== undefined && !signal.aborted; row = waiting.shift()) {
        results.set(row, await run(row));
      }
    };
    await Promise.all(Array.from({ length: count }, lane));
  };
  const alone = jobs === 1 ? [] : rows.filter((row) => row.alone === true);
  await lanes(
    rows.filter((row) => !alone.includes(row)),
    jobs,
  );
  await lanes([...alone], 1);
  return rows.flatMap((row) => results.get(row) ?? []);
};

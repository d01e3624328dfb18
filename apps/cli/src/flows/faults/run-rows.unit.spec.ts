import { describe, expect, it } from '@jest/globals';
import type { RowResult } from '../../core/faults/row-result.js';
import type { FaultRow } from './row.js';
import { runRows } from './run-rows.js';

const row = (number: number, alone = false): FaultRow => ({
  row: number,
  name: `row ${number}`,
  inShort: true,
  alone,
  run: async () => undefined,
});

const stage = (jobs: number, end = new AbortController()) => {
  const running = new Set<number>();
  const seen: string[] = [];
  const run = async ({ row: number, name }: FaultRow): Promise<RowResult> => {
    running.add(number);
    seen.push([...running].join('+'));
    // The later ones end sooner.
    for (let turn = number; turn < 5; turn++) await Promise.resolve();
    running.delete(number);
    if (number === 2) end.abort();
    return { row: number, name, injections: 0, checks: 0, violations: [], healSeconds: 0 };
  };
  return { seen, run: (rows: readonly FaultRow[]) => runRows({ rows, jobs, run, signal: end.signal }) };
};

describe('rows', () => {
  it('run side by side and are told in order; who wants a machine of its own gets it', async () => {
    const { seen, run } = stage(2, new AbortController());
    const results = await run([row(1), row(3, true), row(4)]);
    expect(results.map((result) => result.row)).toEqual([1, 3, 4]);
    expect(seen).toEqual(['1', '1+4', '3']);
  });

  it('run one by one in the order given with one job, and none begins once it was stopped', async () => {
    const { seen, run } = stage(1);
    const results = await run([row(1, true), row(2), row(3)]);
    expect(seen).toEqual(['1', '2']);
    expect(results).toHaveLength(2);
  });
});

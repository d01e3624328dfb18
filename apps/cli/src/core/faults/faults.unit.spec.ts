import { describe, expect, it } from '@jest/globals';
import { faultPointNames } from './fault-point-names.js';
import { checkExclusivity, checkGates, checkLog, checkMerges, type LoggedEvent } from './invariants.js';
import { exitCodeOf, tableLines, type RowResult } from './row-result.js';

const log = (...types: (readonly [type: string, data?: Record<string, unknown>])[]): LoggedEvent[] =>
  types.map(([type, data = {}], index) => ({
    position: index + 1,
    version: index + 1,
    subject: 'issue/acme/greeter/1',
    id: `id-${index}`,
    type,
    data: { taskId: 't', ...data },
  }));

describe('exclusivity', () => {
  it('holds for an attempt that was lost and followed by another', () => {
    const lost = ['ATTEMPT_LOST', { fence: 2 }] as const;
    const done = ['WORK_COMPLETED', { fence: 4 }] as const;
    expect(checkExclusivity(log(['ISSUE_ASSIGNED'], ['ATTEMPT_STARTED'], lost, ['ATTEMPT_STARTED'], done))).toEqual([]);
  });

  it('is violated by two live attempts, a second assignment and a stale report', () => {
    expect(checkExclusivity(log(['ISSUE_ASSIGNED'], ['ATTEMPT_STARTED'], ['ATTEMPT_STARTED']))).toHaveLength(1);
    expect(checkExclusivity(log(['ISSUE_ASSIGNED'], ['ISSUE_ASSIGNED', { taskId: 'u' }]))).toHaveLength(1);
    const stale = ['WORK_COMPLETED', { fence: 1 }] as const;
    expect(checkExclusivity(log(['ISSUE_ASSIGNED'], ['ATTEMPT_STARTED'], stale))).toHaveLength(1);
  });

  it('is violated by an attempt of a task that nobody assigned, or that has ended', () => {
    expect(checkExclusivity(log(['ATTEMPT_STARTED']))).toEqual([expect.stringContaining('never assigned')]);
    const done = ['WORK_COMPLETED', { fence: 2 }] as const;
    const again = log(['ISSUE_ASSIGNED'], ['ATTEMPT_STARTED'], done, ['ATTEMPT_STARTED']);
    expect(checkExclusivity(again)).toEqual([expect.stringContaining('that has ended')]);
  });
});

describe('the log', () => {
  it('holds when it is dense and says everything once', () => {
    expect(checkLog(log(['ISSUE_OPENED'], ['ISSUE_APPROVED'], ['ISSUE_DONE']))).toEqual([]);
  });

  it('is violated by a hole, a repeated event and a second end', () => {
    const [first, second] = log(['ISSUE_DONE'], ['ISSUE_DONE']);
    expect(checkLog([first, second].flatMap((event) => event ?? []))).toHaveLength(1);
    expect(checkLog(log(['A'], ['B'], ['C']).slice(1))).not.toEqual([]);
  });
});

describe('merges', () => {
  const merge = { number: 2, author: 'a', headSha: 'h', checks: [{ name: 'test', conclusion: 'success' }] };

  it('need another one’s approval of the merged head and every required check', () => {
    expect(checkMerges([{ ...merge, approvals: [{ by: 'b', headSha: 'h' }] }], ['test'])).toEqual([]);
    expect(checkMerges([{ ...merge, approvals: [{ by: 'a', headSha: 'h' }] }], ['test'])).toHaveLength(1);
    expect(checkMerges([{ ...merge, approvals: [{ by: 'b', headSha: 'old' }] }], ['test'])).toHaveLength(1);
    expect(checkMerges([{ ...merge, checks: [], approvals: [{ by: 'b', headSha: 'h' }] }], ['test'])).toHaveLength(1);
  });
});

describe('the gate', () => {
  it('had passed for the very head that was merged', () => {
    const merge = { number: 1, author: 'a', headSha: 'h', checks: [], approvals: [] };
    const passed = ['MERGE_GATE_PASSED', { headSha: 'h' }] as const;
    expect(checkGates([merge], log(passed))).toEqual([]);
    expect(checkGates([{ ...merge, headSha: 'other' }], log(passed))).toHaveLength(1);
    expect(checkGates([{ ...merge, number: 2 }], log(passed))).toHaveLength(1);
  });
});

describe('the table', () => {
  const row: RowResult = { row: 4, name: 'wiped', injections: 2, checks: 9, violations: [], healSeconds: 1.25 };

  it('never shows a skipped row as one that holds', () => {
    const lines = tableLines([row, { ...row, row: 12, skipped: 'no tmpfs', healSeconds: null }]);
    expect(lines.join('\n')).toMatch(/4 .*holds[^]*12 .*skipped: no tmpfs/);
  });

  it('fails when something was violated, and when nothing ran', () => {
    expect(exitCodeOf([row])).toBe(0);
    expect(exitCodeOf([row, { ...row, violations: ['I1: x'] }])).toBe(1);
    expect(exitCodeOf([{ ...row, skipped: 'no tmpfs' }])).toBe(1);
  });
});

it('fault points are found by reading sources, each once', () => {
  expect(faultPointNames(["faultPoint('b.c'); x", "faultPoint( 'a' )", "faultPoint('b.c')"])).toEqual(['a', 'b.c']);
});

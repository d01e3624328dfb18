import { describe, expect, it } from '@jest/globals';
import type { LoggedEvent } from './invariants.js';
import { answerFaults, overbooked, quantile } from './load.js';

const log = (...events: (readonly [type: string, taskId: string, agent?: string])[]): readonly LoggedEvent[] =>
  events.map(([type, taskId, agent], index) => ({
    position: index + 1,
    version: 1,
    subject: 'issue/acme/greeter/1',
    id: String(index),
    type,
    data: { taskId, ...(agent === undefined ? {} : { agent }) },
  }));

describe('an agent', () => {
  it('may hold a task after another', () => {
    expect(
      overbooked(log(['ISSUE_ASSIGNED', 'a', 'e'], ['WORK_FAILED', 'a'], ['ISSUE_ASSIGNED', 'b', 'e']), 1),
    ).toEqual([]);
  });

  it('may not hold two tasks in one slot', () => {
    expect(overbooked(log(['ISSUE_ASSIGNED', 'a', 'e'], ['FIX_ASSIGNED', 'b', 'e']), 1)).toHaveLength(1);
    expect(overbooked(log(['ISSUE_ASSIGNED', 'a', 'e'], ['FIX_ASSIGNED', 'b', 'f']), 1)).toEqual([]);
  });
});

describe('answers under load', () => {
  it('are taken, or refused with the time to come again', () => {
    const fine = [202, 429, 503].map((status) => ({ status, retryAfter: status === 202 ? null : '1' }));
    expect(answerFaults(fine)).toEqual([]);
    expect(answerFaults([{ status: 503, retryAfter: null }])).toEqual([
      '1 refusals under load did not say when to come again',
    ]);
    const strange = [500, 500, 404].map((status) => ({ status, retryAfter: '1' }));
    expect(answerFaults(strange)).toEqual([
      'under load 2 deliveries were answered with 500',
      'under load 1 deliveries were answered with 404',
    ]);
  });

  it('are measured by quantiles', () => {
    expect([quantile([3, 1, 2], 0.5), quantile([3, 1, 2], 1), quantile([], 0.99)]).toEqual([2, 3, 0]);
  });
});

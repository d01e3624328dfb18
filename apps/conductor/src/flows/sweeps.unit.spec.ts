import { describe, expect, it } from '@jest/globals';
import { fakeClock } from '@rig/testkit';
import { given, inReview, onIssue, onPull, SHA } from '../core/testing/history.js';
import { createSweepDeliveries } from './sweep-deliveries.js';
import { createSweepLeftOpen } from './sweep-left-open.js';
import { createSweepMerges } from './sweep-merges.js';

const done = given(...inReview, onIssue({ type: 'ISSUE_DONE', data: { pr: 8, mergeCommit: SHA } })).issue;
const merging = given(...inReview, onPull({ type: 'MERGE_REQUESTED', data: { headSha: SHA, title: 't' } })).pull;

describe('issues left open', () => {
  it('are closed after a minute, and not before', async () => {
    const clock = fakeClock();
    const closed: number[] = [];
    const sweep = createSweepLeftOpen({
      clock,
      leftOpen: async () => (done === undefined ? [] : [done]),
      forge: { closeIssue: async (_repo, number) => void closed.push(number) },
    });
    expect(await sweep()).toBe('idle');
    await clock.advance(59_000);
    expect(await sweep()).toBe('idle');
    await clock.advance(1_000);
    expect(await sweep()).toBe('mended');
    expect(closed).toEqual([7]);
  });
});

describe('merges without an answer', () => {
  it('are asked for again once a minute', async () => {
    const clock = fakeClock();
    let asked = 0;
    const sweep = createSweepMerges({
      clock,
      openPulls: async () => (merging === undefined ? [] : [merging]),
      mergeAgain: async () => void (asked += 1),
    });
    for (let second = 0; second <= 125; second += 5) {
      await sweep();
      await clock.advance(5_000);
    }
    expect(asked).toBe(2);
  });
});

describe('deliveries that the gateway missed', () => {
  const failed = [
    { id: '3', guid: 'c' },
    { id: '2', guid: 'b' },
    { id: '1', guid: 'a' },
  ];
  const { signal } = new AbortController();

  it('are asked for again, the oldest first', async () => {
    const asked: string[] = [];
    const sweep = createSweepDeliveries({
      clock: fakeClock(),
      forge: { failedDeliveries: async () => failed, redeliver: async (id) => void asked.push(id) },
    });
    expect(await sweep(signal)).toBe('mended');
    expect(asked).toEqual(['1', '2', '3']);
  });

  it('are given up after five tries, so that one that is refused does not go round for ever', async () => {
    let asked = 0;
    const sweep = createSweepDeliveries({
      clock: fakeClock(),
      forge: { failedDeliveries: async () => failed.slice(0, 1), redeliver: async () => void (asked += 1) },
    });
    for (let pass = 0; pass < 9; pass++) await sweep(signal);
    expect(asked).toBe(5);
    expect(await sweep(signal)).toBe('idle');
  });

  it('are looked for a day back at first, then in the last minutes', async () => {
    const clock = fakeClock(Date.UTC(2026, 2, 2));
    const asked: string[] = [];
    const sweep = createSweepDeliveries({
      clock,
      forge: {
        failedDeliveries: async (since) => {
          asked.push(since);
          return [];
        },
        redeliver: async () => undefined,
      },
    });
    await sweep(signal);
    await sweep(signal);
    expect(asked).toEqual(['2026-03-01T00:00:00.000Z', '2026-03-01T23:50:00.000Z']);
  });
});

import { describe, expect, it } from '@jest/globals';
import { fakeClock } from '@rig/testkit';
import { given, inReview, onIssue, onPull, SHA } from '../core/testing/history.js';
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

import { describe, expect, it } from '@jest/globals';
import { fakeClock } from '@rig/testkit';
import { given, inReview, onIssue, onPull, SHA } from '../core/testing/history.js';
import { createPatience } from './patience.js';
import { createReportBlockAgain } from './report-block-again.js';
import type { OutboundJob } from './request-outbound.js';
import { createSweepBlocked } from './sweep-blocked.js';
import { createSweepLeftOpen } from './sweep-left-open.js';
import { createSweepMerges } from './sweep-merges.js';
import { createSweepConsumers, createSweepTaken } from './sweep-streams.js';
import { createSweepTokens } from './sweep-tokens.js';
import { withinBudget } from './sweep.js';

const { signal } = new AbortController();

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
    expect(await sweep()).toEqual([]);
    await clock.advance(59_000);
    expect(await sweep()).toEqual([]);
    await clock.advance(1_000);
    expect(await sweep()).toEqual(['acme/greeter#7']);
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

describe('blocked issues', () => {
  const blockedBy = (labels: string[]) =>
    given(
      ...inReview,
      onIssue({ type: 'ISSUE_BLOCKED', data: { code: 'MERGE_REFUSED', message: 'five times' } }),
      onIssue({ type: 'ISSUE_EDITED', data: { title: 't', body: '', labels, updatedAt: '2026-03-03T09:30:00.000Z' } }),
    ).issue;
  const blocked = blockedBy([]);

  it('that nobody was told of are told of after a minute, then ever more rarely; those that carry the label are not', async () => {
    const clock = fakeClock();
    let told = 0;
    const sweepOf = (issue: typeof blocked) =>
      createSweepBlocked({
        clock,
        blocked: async () => (issue === undefined ? [] : [issue]),
        reportAgain: async () => void (told += 1),
      });
    const sweep = sweepOf(blocked);
    const labelled = sweepOf(blockedBy(['rig-blocked']));
    for (let minute = 0; minute < 16; minute++) {
      await Promise.all([sweep(), labelled()]);
      await clock.advance(60_000);
    }
    // After 1, 3, 7 and 15 minutes.
    expect(told).toBe(4);
  });

  it('are told of under the id of the event that blocked them, so that a comment is made once', async () => {
    const jobs: OutboundJob[] = [];
    const again = createReportBlockAgain({
      log: {
        readStream: async () =>
          [
            { id: 'first', type: 'ISSUE_BLOCKED' },
            { id: 'last', type: 'ISSUE_BLOCKED' },
          ] as never,
      },
      enqueue: async (job) => void jobs.push(job),
    });
    if (blocked !== undefined) await again(blocked);
    expect(jobs).toEqual([
      { kind: 'report-blocked', eventId: 'last', repo: 'acme/greeter', number: 7, message: 'five times' },
    ]);
  });
});

describe('forge tokens of attempts that have ended', () => {
  it('are revoked when nobody has done so for a minute', async () => {
    const clock = fakeClock();
    const revoked: string[] = [];
    let orphans = [{ id: 1, taskId: 'task', token: 'secret' }];
    const sweep = createSweepTokens({
      clock,
      minter: { revoke: async (token) => void revoked.push(token) },
      ledger: {
        orphans: async () => orphans,
        forget: async (ids) => void (orphans = orphans.filter(({ id }) => !ids.includes(id))),
      },
    });
    expect(await sweep(signal)).toEqual([]);
    await clock.advance(60_000);
    expect(await sweep(signal)).toEqual(['a token of task']);
    expect([revoked, orphans]).toEqual([['secret'], []]);
  });
});

describe('streams', () => {
  const streams = () => [
    { stream: 'rig:events', groups: ['a', 'b'], fromLog: true },
    { stream: 'rig:inbox', groups: ['c'], fromLog: false },
  ];

  it('are cut behind every group; only what the log holds as well goes unread after a day', async () => {
    const asked: unknown[] = [];
    const bus = {
      trim: async (stream: string, keepMs: number, hardKeepMs?: number) => {
        asked.push([stream, keepMs, hardKeepMs]);
        return stream === 'rig:events' ? 3 : 0;
      },
    };
    expect(await createSweepTaken(bus, streams)()).toEqual(['3 entries of rig:events']);
    expect(asked).toEqual([
      ['rig:events', 600_000, 86_400_000],
      ['rig:inbox', 600_000, undefined],
    ]);
  });

  it('forget consumers that have been gone for an hour', async () => {
    const bus = {
      dropConsumers: async (_stream: string, group: string, idleMs: number) =>
        group === 'b' && idleMs === 3_600_000 ? ['pod-1'] : [],
    };
    expect(await createSweepConsumers(bus, streams)()).toEqual(['pod-1 of rig:events#b']);
  });
});

describe('repairs that ask the forge', () => {
  const sweep = async () => ['a'];
  const budget = (remaining: number) => ({ limit: 5_000, remaining, resetAt: '2026-03-02T10:00:00.000Z' });

  it('wait while a fifth or less of its rate window is left', async () => {
    expect(await withinBudget({ rateBudget: () => budget(999) }, sweep)(signal)).toBeUndefined();
    expect(await withinBudget({ rateBudget: () => budget(1_000) }, sweep)(signal)).toEqual(['a']);
    expect(await withinBudget({ rateBudget: () => undefined }, sweep)(signal)).toEqual(['a']);
  });
});

describe('patience', () => {
  it('begins anew after each answer, and grows up to its bound', async () => {
    const clock = fakeClock();
    const overdue = createPatience(clock, 1_000, 3_000);
    const late: number[] = [];
    for (let second = 0; second <= 10; second++) {
      if (overdue(['a']).has('a')) late.push(second);
      await clock.advance(1_000);
    }
    expect(late).toEqual([1, 3, 6, 9]);
    expect(overdue([]).size).toBe(0);
    expect(overdue(['a']).size).toBe(0);
  });
});

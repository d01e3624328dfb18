import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@rig/kernel';
import { repoPolicy } from '@rig/policy';
import { fakeClock } from '@rig/testkit';
import { given, inReview, onIssue, onPull, SHA } from '../core/testing/history.js';
import type { IssueObservation } from '../core/github/observation.js';
import { createSweepDeliveries } from './sweep-deliveries.js';
import { createSweepIssues } from './sweep-issues.js';
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

describe('open issues of the forge', () => {
  const { signal } = new AbortController();
  const filed = {
    repo: 'acme/greeter',
    number: 7,
    title: 'Greet by name',
    body: 'Say hello.',
    labels: ['agent-ready'],
    author: 'bob',
    state: 'open' as const,
    createdAt: '2026-03-02T09:30:00Z',
    updatedAt: '2026-03-02T09:30:00Z',
  };
  const policy = repoPolicy({ defaults: { dispatch: 'on' }, repositories: {} }, 'acme/greeter');
  const sweepWith = (known: typeof done, observed: IssueObservation[], repositories = ['acme/greeter']) =>
    createSweepIssues({
      clock: fakeClock(),
      logger: silentLogger,
      policyFor: () => policy,
      load: { issue: async () => ({ issue: known, versions: new Map() }), pull: async () => ({ versions: new Map() }) },
      observeIssue: async (_cause, seen) => {
        observed.push(seen);
        return { status: 'committed', events: [] };
      },
      forge: {
        repositories: async () => repositories,
        openIssues: async (repo) => {
          if (repo === 'acme/broken') throw new Error('the forge does not answer');
          return [filed];
        },
        labelledBy: async () => 'ada',
      },
    });

  it('that the log does not know are taken in, approved by whoever put the label', async () => {
    const observed: IssueObservation[] = [];
    await sweepWith(undefined, observed)(signal);
    expect(observed).toMatchObject([{ number: 7, action: 'labeled', label: 'agent-ready', actor: 'ada' }]);
  });

  it('that the log knows as they are cost nothing', async () => {
    const observed: IssueObservation[] = [];
    await sweepWith(given(...inReview).issue, observed)(signal);
    expect(observed).toEqual([]);
  });

  it('are looked at in every repository, also when one cannot be read', async () => {
    const observed: IssueObservation[] = [];
    await sweepWith(undefined, observed, ['acme/broken', 'acme/greeter'])(signal);
    expect(observed).toHaveLength(1);
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

  it('are given up after sixty tries, so that one that is refused does not go round for ever', async () => {
    let asked = 0;
    const sweep = createSweepDeliveries({
      clock: fakeClock(),
      forge: { failedDeliveries: async () => failed.slice(0, 1), redeliver: async () => void (asked += 1) },
    });
    for (let pass = 0; pass < 70; pass++) await sweep(signal);
    expect(asked).toBe(60);
    expect(await sweep(signal)).toBe('idle');
  });

  it('are looked for three days back at first, then in the last minutes', async () => {
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
    expect(asked).toEqual(['2026-02-27T00:00:00.000Z', '2026-03-01T23:50:00.000Z']);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { ForgeDelivery, ForgeIssue, ForgePull } from '@rig/forge';
import { silentLogger } from '@rig/kernel';
import { repoPolicy } from '@rig/policy';
import { fakeClock } from '@rig/testkit';
import { given, inReview, SHA } from '../core/testing/history.js';
import type { IssueObservation, PullObservation } from '../core/github/observation.js';
import { createSweepDeliveries } from './sweep-deliveries.js';
import { createSweepIssues, type SweepIssuesDeps } from './sweep-issues.js';
import { createSweepOpenPulls } from './sweep-open-pulls.js';

const { signal } = new AbortController();
const policy = repoPolicy({ defaults: { dispatch: 'on' }, repositories: {} }, 'acme/greeter');
const policyFor = () => policy;
const { issue, pull } = given(...inReview);
if (issue === undefined || pull === undefined) throw new Error('the history has an issue and a pull request');
const versions = new Map<string, number>();

describe('issues of the forge', () => {
  const filed: ForgeIssue = {
    repo: 'acme/greeter',
    number: 7,
    title: 'Greet by name',
    body: 'Say hello.',
    labels: ['agent-ready'],
    author: 'bob',
    state: 'open',
    createdAt: '2026-03-02T09:30:00Z',
    updatedAt: '2026-03-02T09:30:00Z',
  };
  const committed = { status: 'committed', events: [{ type: 'ISSUE_OPENED' }] } as never;
  const sweepWith = (known: typeof issue | undefined, change: Partial<SweepIssuesDeps['forge']> = {}) => {
    const observed: IssueObservation[] = [];
    const since: (string | undefined)[] = [];
    const clock = fakeClock(Date.UTC(2026, 2, 2, 12));
    const sweep = createSweepIssues({
      clock,
      logger: silentLogger,
      policyFor,
      openIssues: async () => (known?.open === true ? [known.number] : []),
      load: { issue: async () => ({ issue: known, versions }), pull: async () => ({ versions }) },
      observeIssue: async (_cause, seen) => {
        observed.push(seen);
        return committed;
      },
      forge: {
        repositories: async () => ['acme/greeter'],
        listIssues: async (_repo, from) => {
          since.push(from);
          return [filed];
        },
        issue: async () => undefined,
        labelledBy: async () => 'ada',
        ...change,
      },
    });
    return { sweep, observed, since, clock };
  };

  it('that the log does not know are taken in, approved by whoever put the label', async () => {
    const { sweep, observed } = sweepWith(undefined);
    expect(await sweep(signal)).toEqual(['acme/greeter#7']);
    expect(observed).toMatchObject([{ number: 7, action: 'labeled', label: 'agent-ready', actor: 'ada' }]);
  });

  it('that the log knows as they are cost nothing', async () => {
    const { sweep, observed } = sweepWith(issue);
    expect(await sweep(signal)).toEqual([]);
    expect(observed).toEqual([]);
  });

  it('are looked at in every repository, also when one cannot be read', async () => {
    const { sweep, observed } = sweepWith(undefined, {
      repositories: async () => ['acme/broken', 'acme/greeter'],
      listIssues: async (repo) => {
        if (repo === 'acme/broken') throw new Error('the forge does not answer');
        return [filed];
      },
    });
    await sweep(signal);
    expect(observed).toHaveLength(1);
  });

  it('that the log takes for open and the forge does not list are looked at when the conductor starts', async () => {
    const closed = { ...filed, state: 'closed' as const, updatedAt: '2026-03-02T11:00:00Z' };
    const { sweep, observed } = sweepWith(issue, { listIssues: async () => [], issue: async () => closed });
    expect(await sweep(signal)).toEqual(['acme/greeter#7']);
    expect(observed).toMatchObject([{ number: 7, issue: { state: 'closed' } }]);
    observed.length = 0;
    await sweep(signal);
    expect(observed).toEqual([]);
  });

  it('that were closed since the pass before are taken, those that nobody knew are not', async () => {
    const closed = { ...filed, state: 'closed' as const, updatedAt: '2026-03-02T11:00:00Z' };
    const known = sweepWith(issue, { listIssues: async () => [closed] });
    expect(await known.sweep(signal)).toEqual(['acme/greeter#7']);
    const unknown = sweepWith(undefined, { listIssues: async () => [closed] });
    expect(await unknown.sweep(signal)).toEqual([]);
  });

  it('are listed from a little before the pass before', async () => {
    const { sweep, since, clock } = sweepWith(issue);
    await sweep(signal);
    await clock.advance(60_000);
    await sweep(signal);
    expect(since).toEqual([undefined, '2026-03-02T11:55:00.000Z']);
  });
});

describe('open pull requests of the forge', () => {
  const open: ForgePull = {
    repo: 'acme/greeter',
    number: 8,
    nodeId: 'PR_8',
    title: 'feat: greet by name',
    body: 'Closes #7',
    labels: [],
    author: 'rig-author[bot]',
    state: 'open',
    merged: false,
    mergeCommit: null,
    mergedBy: null,
    draft: false,
    headRef: 'rig/issue-7-greet-by-name',
    headSha: SHA,
    baseRef: 'main',
    mergeable: null,
    changedFiles: 0,
    createdAt: '2026-03-02T09:30:00Z',
    updatedAt: '2026-03-02T09:30:00Z',
  };
  const sweepWith = (known: typeof pull | undefined, listed: readonly ForgePull[]) => {
    const observed: PullObservation[] = [];
    const sweep = createSweepOpenPulls({
      logger: silentLogger,
      policyFor,
      load: { issue: async () => ({ versions }), pull: async () => ({ pull: known, versions }) },
      observePull: async (_cause, seen) => {
        observed.push(seen);
        return { status: 'committed', events: [{ type: 'PR_OPENED' }] } as never;
      },
      forge: {
        repositories: async () => ['acme/greeter'],
        openPulls: async () => listed,
        defaultBranch: async () => 'main',
      },
    });
    return { sweep, observed };
  };

  it('that the log never heard of are taken in', async () => {
    const { sweep, observed } = sweepWith(undefined, [open]);
    expect(await sweep(signal)).toEqual(['acme/greeter#8']);
    expect(observed).toMatchObject([{ kind: 'pull', number: 8, action: 'swept', pull: { defaultBranch: 'main' } }]);
  });

  it('that changed since are taken in, and others cost nothing', async () => {
    const later = { ...open, updatedAt: '2027-03-02T09:30:00Z' };
    expect(await sweepWith(pull, [later]).sweep(signal)).toEqual(['acme/greeter#8']);
    expect(await sweepWith(pull, [open]).sweep(signal)).toEqual([]);
  });
});

describe('deliveries', () => {
  const lost = (guid: string, arrived = false): ForgeDelivery => ({ id: `id-${guid}`, guid, arrived });
  const failed = [lost('c'), lost('b'), lost('a')];
  const sweepWith = (listed: readonly ForgeDelivery[], missing: readonly string[] = []) => {
    const asked: string[] = [];
    const since: string[] = [];
    const sweep = createSweepDeliveries({
      clock: fakeClock(Date.UTC(2026, 2, 2)),
      inbox: { missing: async (guids) => guids.filter((guid) => missing.includes(guid)) },
      forge: {
        deliveries: async (from) => {
          since.push(from);
          return listed;
        },
        redeliver: async (id) => void asked.push(id),
      },
    });
    return { sweep, asked, since };
  };

  it('that the gateway missed are asked for again, the oldest first', async () => {
    const { sweep, asked } = sweepWith([...failed, lost('d', true)]);
    expect(await sweep(signal)).toEqual(['a', 'b', 'c']);
    expect(asked).toEqual(['id-a', 'id-b', 'id-c']);
  });

  it('are given up after sixty tries, so that one that is refused does not go round for ever', async () => {
    const { sweep, asked } = sweepWith(failed.slice(0, 1));
    for (let pass = 0; pass < 70; pass++) await sweep(signal);
    expect(asked).toHaveLength(60);
    expect(await sweep(signal)).toEqual([]);
  });

  it('that were taken and are not in the inbox (a database restored from an older copy) are asked for once', async () => {
    const { sweep, asked } = sweepWith([lost('b', true), lost('a', true)], ['a']);
    expect(await sweep(signal)).toEqual(['a']);
    expect(await sweep(signal)).toEqual([]);
    expect(asked).toEqual(['id-a']);
  });

  it('are looked for three days back at first, then in the last minutes', async () => {
    const { sweep, since } = sweepWith([]);
    await sweep(signal);
    await sweep(signal);
    expect(since).toEqual(['2026-02-27T00:00:00.000Z', '2026-03-01T23:50:00.000Z']);
  });
});

import { describe, expect, it } from '@jest/globals';
import { loadExamples } from '@rig/forge';
import fc from 'fast-check';
import { normaliseDelivery, usedEvents } from './normalise-delivery.js';
import type { Observation } from './observation.js';

const examples = [...loadExamples()];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first example of an event and action, as a copy that a test may bend. */
const example = (event: string, action?: string): Record<string, unknown> => {
  const found = examples.find(
    (one) => one.event === event && isRecord(one.payload) && (action === undefined || one.payload['action'] === action),
  );
  if (!isRecord(found?.payload)) throw new Error(`no example of ${event} ${action ?? ''}`);
  return structuredClone(found.payload);
};

const part = (payload: Record<string, unknown>, ...path: readonly string[]): Record<string, unknown> =>
  path.reduce<Record<string, unknown>>((at, key) => {
    const next = at[key];
    if (!isRecord(next)) throw new Error(`no ${key}`);
    return next;
  }, payload);

const only = (event: string, payload: unknown): Observation => {
  const [observation, ...rest] = normaliseDelivery(event, payload);
  if (observation === undefined || rest.length > 0) throw new Error('not exactly one observation');
  return observation;
};

const kindAndReason = (observation: Observation): string =>
  observation.kind === 'ignored' ? `ignored ${observation.reason}` : observation.kind;

describe('GitHub’s example payloads', () => {
  it('are all understood or ignored for a reason', () => {
    const counts = new Map<string, number>();
    for (const { event, payload } of examples) {
      const observations = normaliseDelivery(event, payload);
      expect(observations.length).toBeGreaterThan(0);
      for (const seen of observations) counts.set(kindAndReason(seen), (counts.get(kindAndReason(seen)) ?? 0) + 1);
    }
    expect(examples).toHaveLength(329);
    expect(Object.fromEntries(counts)).toEqual({
      issue: 14,
      pull: 19,
      review: 4,
      thread: 3,
      check: 10,
      push: 7,
      'ignored ACTION_NOT_USED': 28,
      'ignored EVENT_NOT_USED': 244,
    });
  });

  it('of unused events are ignored by name', () => {
    for (const { event, payload } of examples) {
      if (usedEvents.includes(event)) continue;
      expect(normaliseDelivery(event, payload)).toEqual([{ kind: 'ignored', reason: 'EVENT_NOT_USED' }]);
    }
  });
});

describe('an issue delivery', () => {
  it('tells the label that was put on it', () => {
    expect(only('issues', example('issues', 'labeled'))).toEqual({
      kind: 'issue',
      repo: 'Codertocat/Hello-World',
      number: 1,
      action: 'labeled',
      actor: 'Codertocat',
      label: 'bug',
      issue: {
        title: 'Spelling error in the README file',
        body: "It looks like you accidently spelled 'commit' with two 't's.",
        labels: ['bug'],
        author: 'Codertocat',
        state: 'open',
        createdAt: '2019-05-15T15:20:18.000Z',
        updatedAt: '2019-05-15T15:20:18.000Z',
      },
    });
  });

  it('reads a transferred issue as closed here', () => {
    expect(only('issues', example('issues', 'transferred'))).toMatchObject({
      kind: 'issue',
      issue: { state: 'closed' },
    });
  });

  it('of a pull request is left to the pull request’s own deliveries', () => {
    const payload = example('issues', 'opened');
    part(payload, 'issue')['pull_request'] = { url: 'https://api.github.com/repos/a/b/pulls/1' };
    expect(only('issues', payload)).toEqual({ kind: 'ignored', reason: 'PULL_AS_ISSUE' });
  });

  it('cuts long text, and replaces what a JSON column cannot hold', () => {
    const payload = example('issues', 'opened');
    Object.assign(part(payload, 'issue'), {
      title: `${'x'.repeat(1_023)}😀`,
      body: `a\u0000b${'y'.repeat(100_000)}`,
      user: null,
    });
    const seen = only('issues', payload);
    if (seen.kind !== 'issue') throw new Error('not an issue');
    expect(seen.issue.title).toBe(`${'x'.repeat(1_023)}\uFFFD`);
    expect(seen.issue.body).toHaveLength(65_536);
    expect(seen.issue.body.startsWith('a\uFFFDb')).toBe(true);
    expect(seen.issue.author).toBe('ghost');
  });
});

describe('a pull request delivery', () => {
  it('knows no merge commit before the merge', () => {
    expect(only('pull_request', example('pull_request', 'opened'))).toMatchObject({
      kind: 'pull',
      number: 2,
      action: 'opened',
      pull: {
        merged: false,
        mergeCommit: null,
        headRef: 'changes',
        headSha: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821',
        fromFork: false,
        baseRef: 'master',
        defaultBranch: 'master',
      },
    });
  });

  it('names the merge commit after the merge', () => {
    const payload = example('pull_request', 'closed');
    Object.assign(part(payload, 'pull_request'), { merged: true, merge_commit_sha: 'a'.repeat(40) });
    expect(only('pull_request', payload)).toMatchObject({
      pull: { merged: true, mergeCommit: 'a'.repeat(40), state: 'closed' },
    });
  });

  it('tells a head in another repository, even one that is gone', () => {
    const payload = example('pull_request', 'opened');
    part(payload, 'pull_request', 'head')['repo'] = null;
    expect(only('pull_request', payload)).toMatchObject({ pull: { fromFork: true } });
  });
});

describe('other deliveries', () => {
  it('say whether a review thread is resolved', () => {
    const resolved = only('pull_request_review_thread', example('pull_request_review_thread', 'resolved'));
    expect(resolved).toMatchObject({ kind: 'thread', thread: { id: 'PRRT_kwDOEL39TM4w7XDQ', resolved: true } });
    const again = only('pull_request_review_thread', example('pull_request_review_thread', 'unresolved'));
    expect(again).toMatchObject({ kind: 'thread', thread: { resolved: false } });
  });

  it('turn a review in either spelling into one state', () => {
    const payload = example('pull_request_review', 'submitted');
    Object.assign(part(payload, 'review'), { state: 'CHANGES_REQUESTED', commit_id: null });
    expect(only('pull_request_review', payload)).toMatchObject({
      kind: 'review',
      review: { state: 'changes-requested', headSha: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821' },
    });
    Object.assign(part(payload, 'review'), { state: 'pending' });
    expect(only('pull_request_review', payload)).toEqual({ kind: 'ignored', reason: 'REVIEW_NOT_SUBMITTED' });
  });

  it('list only this repository’s pull requests of a check', () => {
    const payload = example('check_run', 'completed');
    expect(only('check_run', payload)).toMatchObject({
      kind: 'check',
      pulls: [2],
      check: { state: 'failed', conclusion: 'failure' },
    });
    part(payload, 'repository')['id'] = 1;
    expect(only('check_run', payload)).toMatchObject({ pulls: [] });
  });

  it('count a commit status as a check', () => {
    const payload = example('status');
    expect(only('status', payload)).toMatchObject({
      kind: 'check',
      pulls: [],
      check: { name: 'default', state: 'passed' },
    });
    expect(only('status', { ...payload, state: 'pending' })).toMatchObject({
      check: { state: 'pending', conclusion: null },
    });
    expect(only('status', { ...payload, state: 'error' })).toMatchObject({
      check: { state: 'failed', conclusion: 'error' },
    });
  });

  it('tell a push to the default branch from one to a tag', () => {
    const pushes = examples.filter(({ event }) => event === 'push').map(({ payload }) => only('push', payload));
    expect(pushes.map((seen) => seen.kind === 'push' && seen.toDefaultBranch)).toContain(true);
    expect(pushes.map((seen) => seen.kind === 'push' && seen.toDefaultBranch)).toContain(false);
  });
});

describe('a payload that does not fit', () => {
  it.each([
    ['issues', { action: 'opened' }, 'NO_REPOSITORY'],
    ['issues', [], 'PAYLOAD_MISFIT:payload'],
    ['issues', null, 'PAYLOAD_MISFIT:payload'],
    ['issues', { repository: {} }, 'PAYLOAD_MISFIT:action'],
    ['issues', { action: 'pinned' }, 'ACTION_NOT_USED'],
    ['constructor', {}, 'EVENT_NOT_USED'],
  ])('%s %j is ignored as %s', (event, payload, reason) => {
    expect(normaliseDelivery(event, payload)).toEqual([{ kind: 'ignored', reason }]);
  });

  it('is named by its first field', () => {
    const swapped = only('pull_request', example('issues', 'opened'));
    expect(swapped).toEqual({ kind: 'ignored', reason: 'PAYLOAD_MISFIT:pull_request' });
    const payload = example('issues', 'opened');
    part(payload, 'repository')['full_name'] = '../etc/passwd';
    expect(only('issues', payload)).toEqual({ kind: 'ignored', reason: 'PAYLOAD_MISFIT:repository.full_name' });
  });

  it('never throws, whatever JSON arrives under whatever name', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...usedEvents), fc.string()), fc.jsonValue(), (event, payload) => {
        expect(normaliseDelivery(event, payload)).toHaveLength(1);
      }),
    );
  });

  it('never throws when one field of a real payload is anything', () => {
    const used = examples.filter(({ event }) => usedEvents.includes(event));
    fc.assert(
      fc.property(fc.constantFrom(...used), fc.nat(), fc.nat(), fc.jsonValue(), ({ event, payload }, a, b, value) => {
        const bent: unknown = structuredClone(payload);
        if (!isRecord(bent)) return;
        const key = Object.keys(bent)[a % Object.keys(bent).length] ?? 'action';
        const inner = bent[key];
        const names = isRecord(inner) ? Object.keys(inner) : [];
        if (isRecord(inner) && names.length > 0) inner[names[b % names.length] ?? 'id'] = value;
        else bent[key] = value;
        expect(normaliseDelivery(event, bent)).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  eligibilityClauses,
  eligible,
  parseAgentsFile,
  parsePolicyFile,
  priorityOf,
  rank,
  repoPolicy,
  retryDelay,
  SAFE_DEFAULTS,
} from './index.js';

const refusal = (result: { ok: boolean; refusal?: { code: string; message: string } }) => result.refusal;

describe('the policy file', () => {
  it('means the safe defaults where it says nothing', () => {
    const file = parsePolicyFile('');
    expect(file.ok && repoPolicy(file.value, 'acme/greeter')).toEqual(SAFE_DEFAULTS);
    expect(SAFE_DEFAULTS).toMatchObject({ dispatch: 'off', acceptance: 'person', ci: 'required' });
  });

  it('puts a repository over the defaults', () => {
    const file = parsePolicyFile("defaults: { dispatch: 'on' }\nrepositories: { acme/greeter: { maxAttempts: 5 } }");
    expect(file.ok && repoPolicy(file.value, 'acme/greeter')).toMatchObject({ dispatch: 'on', maxAttempts: 5 });
    expect(file.ok && repoPolicy(file.value, 'acme/other')).toMatchObject({ dispatch: 'on', maxAttempts: 3 });
  });

  it.each([
    ['defaults: { dispach: on }', /dispach/],
    ['defaults: { maxAttempts: 0 }', /defaults\.maxAttempts/],
    ['repositories: { greeter: {} }', /greeter/],
    ['defaults: [', /rig\.policy\.yaml/],
  ])('refuses %s and names the field', (text, message) => {
    expect(refusal(parsePolicyFile(text))?.message).toMatch(message);
  });
});

describe('the agents file', () => {
  it.each([
    ['agents: [{ id: A, role: author, slots: 1, command: { run: x } }]', /agents\.0\.id/],
    ['agents: [{ id: a, role: author, command: { run: x } }]', /agents\.0\.slots/],
    ['agents: [{ id: a, role: boss, slots: 1, command: { run: x } }]', /agents\.0\.role/],
    [
      'agents: [{ id: a, role: author, slots: 1, command: { run: x } }, { id: a, role: reviewer, slots: 1, command: { run: x } }]',
      /agents\.1\.id: two agents are called a/,
    ],
    [
      'agents: [{ id: a, role: author, slots: 1 }]',
      /agents\.0\.command: an agent with delivery: stream needs a command/,
    ],
  ])('refuses %s', (text, message) => {
    expect(refusal(parseAgentsFile(text))?.message).toMatch(message);
  });
});

it('lets an agent that asks for work itself go without a command', () => {
  expect(parseAgentsFile('agents: [{ id: a, role: author, slots: 1, delivery: http }]').ok).toBe(true);
});

const agentsFile = parseAgentsFile(
  'agents: [{ id: dev, role: author, slots: 2, capabilities: [node], command: { run: x } }, { id: rev, role: reviewer, slots: 1, command: { run: x } }]',
);
const [dev, rev] = agentsFile.ok ? agentsFile.value.agents : [];
const policy = { ...SAFE_DEFAULTS, dispatch: 'on' as const };

describe('eligibility', () => {
  if (dev === undefined || rev === undefined) throw new Error('the agents file did not parse');
  const ask = {
    agent: dev,
    kind: 'implement' as const,
    repo: 'acme/greeter',
    labels: [],
    policy,
    inFlight: 0,
    author: null,
    pauses: {},
  };
  const pausedAt = (subject: string) => ({
    pauses: {
      [subject]: {
        subject,
        by: 'ada',
        reason: 'an incident',
        stopRunning: false,
        position: 3,
        since: '2026-03-02T09:30:00.000Z',
      },
    },
  });

  it('lets a free author implement', () => {
    expect(eligible(ask).ok).toBe(true);
  });

  it.each([
    ['dispatch is off', { policy: SAFE_DEFAULTS }, 'DISPATCH_OFF'],
    ['the tier needs a person', { policy: { ...policy, tier: 'T3' as const } }, 'TIER_NEEDS_PERSON'],
    ['a reviewer is asked to implement', { agent: rev }, 'WRONG_ROLE'],
    ['an author is asked to review', { kind: 'review' as const }, 'WRONG_ROLE'],
    ['a capability is missing', { labels: ['requires-python'] }, 'CAPABILITY_MISSING'],
    ['its slots are taken', { inFlight: 2 }, 'NO_FREE_SLOT'],
    ['a reviewer wrote it itself', { agent: rev, kind: 'review' as const, author: 'rev' }, 'OWN_WORK'],
    ['everything is paused', pausedAt('system/rig'), 'PAUSED'],
    ['its repository is paused', pausedAt('repo/acme/greeter'), 'PAUSED'],
    ['it is paused itself', pausedAt('agent/dev'), 'PAUSED'],
  ])('refuses when %s', (_why, change, code) => {
    expect(refusal(eligible({ ...ask, ...change }))?.code).toBe(code);
  });

  it.each(['agent/other', 'repo/acme/other'])('does not mind that %s is paused', (subject) => {
    expect(eligible({ ...ask, ...pausedAt(subject) }).ok).toBe(true);
  });

  it('says who paused it, why, and how it goes on', () => {
    expect(eligible({ ...ask, ...pausedAt('repo/acme/greeter') })).toMatchObject({
      refusal: {
        message: 'acme/greeter was paused by ada: an incident',
        fix: 'Let it go on with `rig resume repo acme/greeter`.',
      },
    });
  });

  it('shows every clause, and refuses by the first that does not hold', () => {
    const question = { ...ask, policy: SAFE_DEFAULTS, inFlight: 2 };
    const failing = eligibilityClauses(question).filter((clause) => !clause.holds);
    expect(failing.map(({ code }) => code)).toEqual(['DISPATCH_OFF', 'NO_FREE_SLOT']);
    expect(refusal(eligible(question))?.code).toBe('DISPATCH_OFF');
  });

  it('accepts a capability the agent has', () => {
    expect(eligible({ ...ask, labels: ['requires-node'] }).ok).toBe(true);
  });
});

describe('the order of work', () => {
  const one = fc.record({
    priority: fc.integer({ min: 0, max: 3 }),
    openedAt: fc.constantFrom('2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z'),
    subject: fc.string(),
  });

  it('is a total order: the same whatever the order of arrival', () => {
    fc.assert(
      fc.property(fc.uniqueArray(one, { selector: ({ subject }) => subject }), (issues) => {
        expect([...issues].reverse().sort(rank)).toEqual([...issues].sort(rank));
      }),
    );
  });

  it('puts priority before age', () => {
    const urgent = { priority: 0, openedAt: '2026-03-02T00:00:00.000Z', subject: 'b' };
    const old = { priority: 1, openedAt: '2026-03-01T00:00:00.000Z', subject: 'a' };
    expect([old, urgent].sort(rank)).toEqual([urgent, old]);
  });

  it('reads the most urgent of several priority labels, and P2 where there is none', () => {
    expect(priorityOf(['bug', 'P3', 'p1'])).toBe(1);
    expect(priorityOf(['P10', 'bug'])).toBe(2);
  });
});

describe('the pause before another attempt', () => {
  it('doubles from 10 s and stays at 5 minutes', () => {
    expect([0, 1, 2, 3, 6, 50].map(retryDelay)).toEqual([0, 10_000, 20_000, 40_000, 300_000, 300_000]);
  });
});

import { describe, expect, it } from '@jest/globals';
import {
  AUTHOR,
  assignments,
  deferrals,
  given,
  TO_AUTHOR,
  when,
  type Circumstances,
} from '../testing/deciding-issues.fixture.spec.js';
import { agent, approvedIssue, issue, taskOf, type History } from '../testing/history.fixture.spec.js';

describe('a ready issue', () => {
  it('goes to a free author', () => {
    expect(assignments(when(given((h) => approvedIssue(h, 7))))).toEqual(TO_AUTHOR);
  });

  it('is not one before a person approves it', () => {
    const history = given((h) => h.add(issue(7), 'ISSUE_OPENED', { number: 7, labels: [] }));
    expect(when(history)).toEqual([]);
  });

  it.each([
    ['ISSUE_APPROVAL_WITHDRAWN'],
    ['ISSUE_BLOCKED'],
    ['ISSUE_CLOSED'],
    ['ISSUE_DONE'],
    ['ISSUE_ASSIGNED'],
  ] as const)('is one no more after %s', (type) => {
    const history = given((h) => {
      approvedIssue(h, 7);
      h.add(issue(7), type);
    });
    expect(when(history)).toEqual([]);
  });

  it('is one again after it was opened again, unblocked, or its assignment ended', () => {
    for (const [end, again] of [
      ['ISSUE_CLOSED', 'ISSUE_REOPENED'],
      ['ISSUE_BLOCKED', 'ISSUE_UNBLOCKED'],
      ['ISSUE_APPROVAL_WITHDRAWN', 'ISSUE_APPROVED'],
    ] as const) {
      const history = given((h) => {
        approvedIssue(h, 7);
        h.add(issue(7), end);
        h.add(issue(7), again);
      });
      expect(assignments(when(history))).toEqual(TO_AUTHOR);
    }
    const unassigned = given((h) => {
      approvedIssue(h, 7);
      h.add(issue(7), 'ISSUE_ASSIGNED', { taskId: taskOf('a'), agent: 'author-1' });
      h.add(issue(7), 'ISSUE_UNASSIGNED', { taskId: taskOf('a'), agent: 'author-1' });
    });
    expect(assignments(when(unassigned))).toEqual(TO_AUTHOR);
  });

  it('is one no more once its work is in review', () => {
    const history = given((h) => {
      approvedIssue(h, 7);
      h.add(issue(7), 'ISSUE_ASSIGNED', { taskId: taskOf('a'), agent: 'author-1' });
      h.add(issue(7), 'WORK_COMPLETED', { taskId: taskOf('a'), kind: 'implement', pr: 8 });
    });
    expect(when(history)).toEqual([]);
  });

  it('goes first with the higher priority, then with the greater age', () => {
    const history = given((h) => {
      for (const number of [3, 1, 2]) approvedIssue(h, number);
      h.add(issue(2), 'ISSUE_PRIORITISED', { priority: 0 });
    });
    const agents = [agent('author-1', { slots: 3 })];
    const subjects = when(history, { agents }).map((intent) => intent.subject);
    expect(subjects).toEqual([issue(2), issue(1), issue(3)]);
    const [only] = when(history).filter((intent) => intent.kind === 'assign');
    expect(only?.subject).toBe(issue(2));
  });

  it('goes to the least loaded of the agents that may have it', () => {
    const history = given((h) => {
      approvedIssue(h, 1);
      h.add(issue(1), 'ISSUE_ASSIGNED', { taskId: taskOf('a'), agent: 'author-1' });
      approvedIssue(h, 7);
    });
    const agents = [agent('author-1', { slots: 2 }), agent('author-2', { slots: 2 })];
    expect(assignments(when(history, { agents }))).toEqual([`implement ${issue(7)} author-2`]);
  });
});

describe('a ready issue that cannot be assigned is deferred', () => {
  const ready = (): History => given((h) => approvedIssue(h, 7));

  it.each<[string, Circumstances]>([
    ['DISPATCH_OFF', { policy: { dispatch: 'off' } }],
    ['TIER_NEEDS_PERSON', { policy: { tier: 'T3' } }],
    ['NO_AGENT', { agents: [agent('reviewer-1', { role: 'reviewer' })] }],
    ['WAITS_FOR_CLAIM', { agents: [agent('author-1', { delivery: 'http' })] }],
  ])('with %s', (code, circumstances) => {
    expect(when(ready(), circumstances)).toMatchObject([{ kind: 'defer', subject: issue(7), code }]);
  });

  it('with CAPABILITY_MISSING when no agent can do what a label requires', () => {
    const history = given((h) => approvedIssue(h, 7, { labels: ['requires-python'] }));
    expect(deferrals(when(history))).toEqual([`${issue(7)} CAPABILITY_MISSING`]);
    const agents = [AUTHOR, agent('author-2', { capabilities: ['python'] })];
    expect(assignments(when(history, { agents }))).toEqual([`implement ${issue(7)} author-2`]);
  });

  it('with NO_FREE_SLOT when every able agent is busy', () => {
    const history = given((h) => {
      approvedIssue(h, 1);
      h.add(issue(1), 'ISSUE_ASSIGNED', { taskId: taskOf('a'), agent: 'author-1' });
      approvedIssue(h, 7);
    });
    expect(deferrals(when(history))).toEqual([`${issue(7)} NO_FREE_SLOT`]);
  });

  it('with RATE_EXCEEDED when the agent or the repository had its share of the hour', () => {
    const history = given((h) => {
      approvedIssue(h, 1);
      h.add(issue(1), 'ISSUE_ASSIGNED', { taskId: taskOf('a'), agent: 'author-1' });
      h.add(issue(1), 'WORK_COMPLETED', { taskId: taskOf('a'), kind: 'implement', pr: 8 });
      approvedIssue(h, 7);
    });
    const slow = { agents: [agent('author-1', { maxPerHour: 1 })] };
    expect(deferrals(when(history, slow))).toEqual([`${issue(7)} RATE_EXCEEDED`]);
    expect(deferrals(when(history, { policy: { maxPerHour: 1 } }))).toEqual([`${issue(7)} RATE_EXCEEDED`]);
    expect(assignments(when(history, { ...slow, afterMs: 3_600_000 }))).toEqual(TO_AUTHOR);
  });

  it('once for each change of the reason', () => {
    const history = ready();
    history.add(issue(7), 'ISSUE_DEFERRED', { code: 'DISPATCH_OFF', message: 'off' });
    expect(when(history, { policy: { dispatch: 'off' } })).toEqual([]);
    expect(deferrals(when(history, { agents: [] }))).toEqual([`${issue(7)} NO_AGENT`]);
  });

  it('anew after it was assigned in between', () => {
    const history = ready();
    history.add(issue(7), 'ISSUE_DEFERRED', { code: 'DISPATCH_OFF', message: 'off' });
    history.add(issue(7), 'ISSUE_ASSIGNED', { taskId: taskOf('a'), agent: 'author-1' });
    history.add(issue(7), 'ISSUE_UNASSIGNED', { taskId: taskOf('a') });
    expect(deferrals(when(history, { policy: { dispatch: 'off' } }))).toEqual([`${issue(7)} DISPATCH_OFF`]);
  });

  it('not faster than refusals of the deferral allow', () => {
    const history = ready();
    history.add(issue(7), 'FACT_REFUSED', { factType: 'ISSUE_DEFERRED', code: 'NOT_READY' });
    expect(when(history, { policy: { dispatch: 'off' } })).toEqual([]);
    expect(deferrals(when(history, { policy: { dispatch: 'off' }, afterMs: 1_000 }))).toHaveLength(1);
  });
});

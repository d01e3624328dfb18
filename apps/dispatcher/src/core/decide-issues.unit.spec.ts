import { describe, expect, it } from '@jest/globals';
import type { AgentConfig, RepositoryPolicy } from '@rig/policy';
import {
  agent,
  approvedIssue,
  config,
  createHistory,
  issue,
  taskOf,
  type History,
} from '../testing/history.fixture.spec.js';
import { decide } from './decide.js';
import { answer, expire, type InFlight } from './in-flight.js';
import { assignKey, type Intent } from './intent.js';

const AUTHOR = agent('author-1');
const given = (build: (history: History) => void): History => {
  const history = createHistory();
  build(history);
  return history;
};

interface Circumstances {
  readonly agents?: readonly AgentConfig[];
  readonly policy?: Partial<RepositoryPolicy>;
  readonly inFlight?: InFlight;
  readonly afterMs?: number;
}

const when = (
  history: History,
  { agents = [AUTHOR], policy = {}, inFlight = new Map(), afterMs = 0 }: Circumstances = {},
) => decide(history.board(), config(agents, policy), inFlight, history.now() + afterMs).intents;

const assignments = (intents: readonly Intent[]): readonly string[] =>
  intents.flatMap((intent) => (intent.kind === 'assign' ? [`${intent.task} ${intent.subject} ${intent.agent}`] : []));
const deferrals = (intents: readonly Intent[]): readonly string[] =>
  intents.flatMap((intent) => (intent.kind === 'defer' ? [`${intent.subject} ${intent.code}`] : []));

const TO_AUTHOR = [`implement ${issue(7)} author-1`];

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

describe('after a failure', () => {
  const failedWith = (code: string, times = 1): History =>
    given((h) => {
      approvedIssue(h, 7);
      for (let n = 0; n < times; n++) {
        h.add(issue(7), 'ISSUE_ASSIGNED', { taskId: taskOf(`a${n}`), agent: 'author-1' });
        h.add(issue(7), 'WORK_FAILED', { taskId: taskOf(`a${n}`), agent: 'author-1', code });
      }
    });

  it('the issue waits 10 s, then 20 s, and says so', () => {
    const once = failedWith('TESTS_FAILED');
    expect(deferrals(when(once, { afterMs: 9_999 }))).toEqual([`${issue(7)} BACKING_OFF`]);
    expect(assignments(when(once, { afterMs: 10_000 }))).toEqual(TO_AUTHOR);
    const twice = failedWith('TESTS_FAILED', 2);
    expect(assignments(when(twice, { afterMs: 19_999 }))).toEqual([]);
    expect(assignments(when(twice, { afterMs: 20_000 }))).toEqual(TO_AUTHOR);
  });

  it('the pause never exceeds five minutes', () => {
    const history = failedWith('TESTS_FAILED', 9);
    expect(assignments(when(history, { policy: { maxAttempts: 10 }, afterMs: 299_999 }))).toEqual([]);
    expect(assignments(when(history, { policy: { maxAttempts: 10 }, afterMs: 300_000 }))).toEqual(TO_AUTHOR);
  });

  it('a task handed back waits for nothing and does not count', () => {
    expect(assignments(when(failedWith('HANDED_BACK', 5)))).toEqual(TO_AUTHOR);
  });

  it('the last allowed attempt is the last', () => {
    expect(deferrals(when(failedWith('TESTS_FAILED', 3), { afterMs: 3_600_000 }))).toEqual([
      `${issue(7)} ATTEMPTS_EXHAUSTED`,
    ]);
  });

  it('lost attempts count too', () => {
    const history = failedWith('TESTS_FAILED', 2);
    history.add(issue(7), 'ATTEMPT_LOST', { taskId: taskOf('a1') });
    expect(deferrals(when(history, { afterMs: 3_600_000 }))).toEqual([`${issue(7)} ATTEMPTS_EXHAUSTED`]);
  });

  it('a person who unblocks the issue gives it a fresh count', () => {
    const history = failedWith('TESTS_FAILED', 3);
    history.add(issue(7), 'ISSUE_BLOCKED', { code: 'ATTEMPTS_EXHAUSTED' });
    history.add(issue(7), 'ISSUE_UNBLOCKED');
    expect(assignments(when(history))).toEqual(TO_AUTHOR);
  });
});

describe('a proposal in flight', () => {
  const FACT = taskOf('fact');
  const inFlightFor = (history: History): InFlight => {
    const [intent] = when(history).filter(({ kind }) => kind === 'assign');
    return new Map(intent === undefined ? [] : [[intent.key, { factId: FACT, intent, sentAt: history.now() }]]);
  };
  const ready = (): History => given((h) => approvedIssue(h, 7));

  it('is not made again, and holds its slot', () => {
    const history = ready();
    const inFlight = inFlightFor(history);
    approvedIssue(history, 9);
    expect(assignments(when(history, { inFlight }))).toEqual([]);
    expect(deferrals(when(history, { inFlight }))).toEqual([`${issue(9)} NO_FREE_SLOT`]);
  });

  it('is forgotten after 5 s without an answer', () => {
    const history = ready();
    const inFlight = inFlightFor(history);
    expire(inFlight, history.now() + 4_999);
    expect(inFlight.has(assignKey(issue(7)))).toBe(true);
    expire(inFlight, history.now() + 5_000);
    expect(inFlight.size).toBe(0);
  });

  it('is answered by an event it caused', () => {
    const history = ready();
    const inFlight = inFlightFor(history);
    answer(inFlight, history.add(issue(7), 'ISSUE_EDITED', { labels: [] }));
    expect(inFlight.size).toBe(1);
    answer(inFlight, history.add(issue(7), 'ISSUE_ASSIGNED', { agent: 'author-1' }, FACT));
    expect(inFlight.size).toBe(0);
  });

  it('is answered by its refusal, after which the pause doubles up to a minute while the reason stays', () => {
    const history = ready();
    const inFlight = inFlightFor(history);
    const refuse = (code: string): void => {
      const data = { factId: FACT, factType: 'ASSIGN_TASK', code };
      answer(inFlight, history.add(issue(7), 'FACT_REFUSED', data));
    };
    refuse('NO_FREE_SLOT');
    expect(inFlight.size).toBe(0);
    expect(deferrals(when(history, { afterMs: 999 }))).toEqual([`${issue(7)} NO_FREE_SLOT`]);
    expect(assignments(when(history, { afterMs: 1_000 }))).toEqual(TO_AUTHOR);
    refuse('NO_FREE_SLOT');
    expect(assignments(when(history, { afterMs: 1_999 }))).toEqual([]);
    expect(assignments(when(history, { afterMs: 2_000 }))).toEqual(TO_AUTHOR);
    for (let n = 0; n < 20; n++) refuse('NO_FREE_SLOT');
    expect(assignments(when(history, { afterMs: 60_000 }))).toEqual(TO_AUTHOR);
    refuse('ALREADY_ASSIGNED');
    expect(assignments(when(history, { afterMs: 1_000 }))).toEqual(TO_AUTHOR);
  });
});

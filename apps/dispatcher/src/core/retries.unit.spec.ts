import { describe, expect, it } from '@jest/globals';
import { assignments, deferrals, given, TO_AUTHOR, when } from '../testing/deciding-issues.fixture.spec.js';
import { approvedIssue, issue, taskOf, type History } from '../testing/history.fixture.spec.js';
import { answer, expire, InFlight } from './in-flight.js';
import { assignKey } from './intent.js';

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
    const inFlight = new InFlight();
    if (intent !== undefined) inFlight.set(intent.key, { factId: FACT, intent, sentAt: history.now() });
    return inFlight;
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

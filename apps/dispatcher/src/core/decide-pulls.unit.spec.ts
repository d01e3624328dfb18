import { describe, expect, it } from '@jest/globals';
import {
  changesRequested,
  delivered,
  newHead,
  passed,
  REVIEWER,
  reviewed,
  tasks,
  waitOf,
  when,
} from '../testing/deciding-pulls.fixture.spec.js';
import {
  agent,
  approvedIssue,
  checked,
  createHistory,
  HEAD_1,
  HEAD_2,
  issue,
  pull,
  taskOf,
} from '../testing/history.fixture.spec.js';

describe('a review', () => {
  it('is given out once the checks on the head passed', () => {
    expect(tasks(delivered())).toEqual([]);
    expect(waitOf(delivered())).toBe('AWAITS_CHECKS');
    expect(tasks(passed())).toEqual(['review reviewer-1 1']);
  });

  it('waits for every check that was heard of', () => {
    const history = passed();
    history.add(pull(8), 'CI_STARTED', { headSha: HEAD_1, check: 'lint' });
    expect(tasks(history)).toEqual([]);
    checked(history, HEAD_1, 'CI_PASSED', 'lint');
    expect(tasks(history)).toEqual(['review reviewer-1 1']);
  });

  it('waits for no check where the policy says that there is no CI', () => {
    expect(tasks(delivered(), { policy: { ci: 'none' } })).toEqual(['review reviewer-1 1']);
  });

  it('counts checks that were heard of before their commit became the head', () => {
    const history = delivered();
    checked(history, HEAD_2, 'CI_PASSED');
    expect(tasks(history)).toEqual([]);
    newHead(history, HEAD_2);
    expect(tasks(history)).toEqual(['review reviewer-1 2']);
  });

  it('is not given out for a draft, nor while the author still works, nor for a person’s pull request', () => {
    const draft = passed();
    draft.add(pull(8), 'PR_DRAFTED');
    expect(tasks(draft)).toEqual([]);
    draft.add(pull(8), 'PR_READY');
    expect(tasks(draft)).toHaveLength(1);

    const working = createHistory();
    approvedIssue(working, 7);
    working.add(issue(7), 'ISSUE_ASSIGNED', { taskId: taskOf('a'), agent: 'author-1' });
    working.add(pull(8), 'PR_OPENED', { number: 8, agent: 'author-1', headSha: HEAD_1, draft: false });
    working.add(pull(8), 'PR_LINKED', { issue: 7 });
    checked(working, HEAD_1, 'CI_PASSED');
    expect(tasks(working)).toEqual([]);

    const person = createHistory();
    person.add(pull(8), 'PR_OPENED', { number: 8, agent: null, headSha: HEAD_1, draft: false });
    checked(person, HEAD_1, 'CI_PASSED');
    expect(tasks(person)).toEqual([]);
  });

  it('is never given to the agent that wrote the pull request', () => {
    const history = passed('both');
    const both = agent('both', { role: 'reviewer', slots: 5 });
    expect(tasks(history, { agents: [both] })).toEqual([]);
    expect(waitOf(history, { agents: [both] })).toBe('OWN_WORK');
    expect(tasks(history, { agents: [both, REVIEWER] })).toEqual(['review reviewer-1 1']);
  });

  it('is left to be claimed where the reviewer asks for work itself', () => {
    const agents = [agent('reviewer-1', { role: 'reviewer', delivery: 'http' })];
    expect(tasks(passed(), { agents })).toEqual([]);
    expect(waitOf(passed(), { agents })).toBe('WAITS_FOR_CLAIM');
  });

  it('is not given out twice for one head, neither while it runs nor before its verdict has come back', () => {
    const history = passed();
    history.add(pull(8), 'REVIEW_ASSIGNED', { taskId: taskOf('r1'), agent: 'reviewer-1', headSha: HEAD_1 });
    expect(tasks(history)).toEqual([]);
    history.add(pull(8), 'WORK_COMPLETED', { taskId: taskOf('r1'), kind: 'review', headSha: HEAD_1 });
    expect(waitOf(history)).toBe('AWAITS_VERDICT');
    history.add(pull(8), 'REVIEW_APPROVED', { reviewId: '501', headSha: HEAD_1 });
    expect(when(history).waits.counts.size).toBe(0);
    expect(tasks(history)).toEqual([]);
  });

  it('is given out again for a new head, also when the old one was approved', () => {
    const history = passed();
    reviewed(history, HEAD_1);
    history.add(pull(8), 'REVIEW_APPROVED', { reviewId: '501', headSha: HEAD_1 });
    newHead(history, HEAD_2);
    expect(tasks(history)).toEqual([]);
    checked(history, HEAD_2, 'CI_PASSED');
    expect(tasks(history)).toEqual(['review reviewer-1 2']);
  });

  it('is given out again after its verdict was dismissed', () => {
    const history = passed();
    reviewed(history, HEAD_1);
    history.add(pull(8), 'REVIEW_APPROVED', { reviewId: '501', headSha: HEAD_1 });
    history.add(pull(8), 'REVIEW_DISMISSED', { reviewId: '501' });
    expect(tasks(history)).toEqual(['review reviewer-1 1']);
  });

  it('ends with the rounds, and that is visible', () => {
    const history = passed();
    changesRequested(history, HEAD_1);
    newHead(history, HEAD_2);
    checked(history, HEAD_2, 'CI_PASSED');
    expect(tasks(history, { policy: { reviewRounds: 1 } })).toEqual(['review reviewer-1 2']);
    changesRequested(history, HEAD_2);
    expect(tasks(history, { policy: { reviewRounds: 1 } })).toEqual([]);
    expect(waitOf(history, { policy: { reviewRounds: 1 } })).toBe('REVIEW_ROUNDS_REACHED');
  });
});

describe('work on a pull request', () => {
  it.each([
    ['PR_CLOSED', pull(8)],
    ['PR_MERGED', pull(8)],
    ['ISSUE_BLOCKED', issue(7)],
    ['ISSUE_CLOSED', issue(7)],
  ] as const)('is not given out after %s', (type, subject) => {
    const history = passed();
    history.add(subject, type);
    expect(tasks(history)).toEqual([]);
  });

  it('is given out again after the pull request was opened again', () => {
    const history = passed();
    history.add(pull(8), 'PR_CLOSED');
    history.add(pull(8), 'PR_REOPENED');
    expect(tasks(history)).toEqual(['review reviewer-1 1']);
  });

  it('goes on after the ready label was taken off: only new work stops', () => {
    const history = passed();
    history.add(issue(7), 'ISSUE_APPROVAL_WITHDRAWN');
    expect(tasks(history)).toEqual(['review reviewer-1 1']);
  });

  it('stops where dispatch is off', () => {
    expect(tasks(passed(), { policy: { dispatch: 'off' } })).toEqual([]);
  });

  it('waits after a failure, ends with the last allowed one, and begins anew with a new head', () => {
    const history = passed();
    const fail = (name: string): void => {
      const task = { taskId: taskOf(name), agent: 'reviewer-1' };
      history.add(pull(8), 'REVIEW_ASSIGNED', { ...task, headSha: HEAD_1 });
      history.add(pull(8), 'WORK_FAILED', { ...task, code: 'COMMAND_FAILED' });
    };
    fail('r1');
    expect(waitOf(history)).toBe('BACKING_OFF');
    expect(tasks(history, { afterMs: 10_000 })).toEqual(['review reviewer-1 1']);
    fail('r2');
    fail('r3');
    expect(waitOf(history, { afterMs: 3_600_000 })).toBe('ATTEMPTS_EXHAUSTED');
    newHead(history, HEAD_2);
    checked(history, HEAD_2, 'CI_PASSED');
    expect(tasks(history)).toEqual(['review reviewer-1 2']);
  });

  it('frees the agent’s slot when it ends, however it ends', () => {
    for (const end of ['REVIEW_UNASSIGNED', 'WORK_FAILED', 'WORK_COMPLETED'] as const) {
      const history = passed();
      history.add(pull(8), 'REVIEW_ASSIGNED', { taskId: taskOf('r'), agent: 'reviewer-1', headSha: HEAD_1 });
      expect(history.board().tasks.size).toBe(1);
      history.add(pull(8), end, { taskId: taskOf('r') });
      expect(history.board().tasks.size).toBe(0);
    }
  });
});

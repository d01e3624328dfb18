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
} from '../testing/deciding-pulls.fixture.spec.js';
import {
  agent,
  approvedIssue,
  checked,
  HEAD_1,
  HEAD_2,
  issue,
  pull,
  taskOf,
  type History,
} from '../testing/history.fixture.spec.js';

describe('a fix of review comments', () => {
  it('goes to the author of the pull request', () => {
    const history = passed('author-2');
    reviewed(history, HEAD_1);
    changesRequested(history, HEAD_1);
    expect(tasks(history)).toEqual(['fix-review author-2 1']);
  });

  it('is given also to an author that claims its other work over HTTP', () => {
    const history = passed();
    changesRequested(history, HEAD_1);
    const agents = [agent('author-1', { delivery: 'http' }), REVIEWER];
    expect(tasks(history, { agents })).toEqual(['fix-review author-1 1']);
  });

  it('waits for the author’s slot', () => {
    const history = passed();
    changesRequested(history, HEAD_1);
    approvedIssue(history, 9);
    history.add(issue(9), 'ISSUE_ASSIGNED', { taskId: taskOf('b'), agent: 'author-1' });
    expect(tasks(history)).toEqual([]);
    expect(waitOf(history)).toBe('NO_FREE_SLOT');
  });

  it('comes before new work for the same author', () => {
    const history = passed();
    changesRequested(history, HEAD_1);
    approvedIssue(history, 9);
    history.add(issue(9), 'ISSUE_PRIORITISED', { priority: 0 });
    expect(tasks(history, { agents: [agent('author-1')] })).toEqual(['fix-review author-1 1']);
  });

  it('is not asked for while the commit of the last one has not been seen, then the new head is reviewed', () => {
    const history = passed();
    reviewed(history, HEAD_1);
    changesRequested(history, HEAD_1);
    history.add(pull(8), 'FIX_ASSIGNED', { taskId: taskOf('f'), agent: 'author-1', cause: 'review', headSha: HEAD_1 });
    expect(tasks(history)).toEqual([]);
    history.add(pull(8), 'WORK_COMPLETED', { taskId: taskOf('f'), kind: 'fix-review', headSha: HEAD_2 });
    expect(waitOf(history)).toBe('AWAITS_NEW_HEAD');
    newHead(history, HEAD_2);
    checked(history, HEAD_2, 'CI_PASSED');
    expect(tasks(history)).toEqual(['review reviewer-1 2']);
  });

  it('is asked for again when the same commit is found wanting again', () => {
    const history = passed();
    changesRequested(history, HEAD_1);
    history.add(pull(8), 'FIX_ASSIGNED', { taskId: taskOf('f'), agent: 'author-1', cause: 'review', headSha: HEAD_1 });
    history.add(pull(8), 'WORK_COMPLETED', { taskId: taskOf('f'), kind: 'fix-review', headSha: null });
    changesRequested(history, HEAD_1, '502');
    expect(tasks(history)).toEqual(['fix-review author-1 1']);
  });

  it('is not asked for when the same reviewer has approved since, but is when another still wants changes', () => {
    const history = passed();
    changesRequested(history, HEAD_1, '501', 'ada');
    history.add(pull(8), 'REVIEW_APPROVED', { reviewId: '502', by: 'ada', headSha: HEAD_1 });
    expect(tasks(history)).toEqual([]);
    changesRequested(history, HEAD_1, '503', 'bert');
    expect(tasks(history)).toEqual(['fix-review author-1 1']);
  });

  it('comes before a fix of the checks on the same head', () => {
    const history = delivered();
    checked(history, HEAD_1, 'CI_FAILED');
    changesRequested(history, HEAD_1);
    expect(tasks(history)).toEqual(['fix-review author-1 1']);
  });
});

describe('a fix of failing checks', () => {
  const failing = (): History => {
    const history = delivered();
    checked(history, HEAD_1, 'CI_FAILED');
    return history;
  };

  it('goes to the author', () => {
    expect(tasks(failing())).toEqual(['fix-ci author-1 1']);
  });

  it('is not needed after the check passed on a second run', () => {
    const history = failing();
    checked(history, HEAD_1, 'CI_PASSED');
    expect(tasks(history)).toEqual(['review reviewer-1 1']);
  });

  it('is not needed once the head moved', () => {
    const history = failing();
    newHead(history, HEAD_2);
    expect(tasks(history)).toEqual([]);
  });

  it('is not asked for twice for one head', () => {
    const history = failing();
    history.add(pull(8), 'FIX_ASSIGNED', { taskId: taskOf('f'), agent: 'author-1', cause: 'ci', headSha: HEAD_1 });
    history.add(pull(8), 'WORK_COMPLETED', { taskId: taskOf('f'), kind: 'fix-ci', headSha: HEAD_2 });
    expect(waitOf(history)).toBe('AWAITS_NEW_HEAD');
    newHead(history, HEAD_2);
    checked(history, HEAD_2, 'CI_FAILED');
    expect(tasks(history)).toEqual(['fix-ci author-1 2']);
  });

  it('is asked for again when a new run on the same head fails', () => {
    const history = failing();
    history.add(pull(8), 'FIX_ASSIGNED', { taskId: taskOf('f'), agent: 'author-1', cause: 'ci', headSha: HEAD_1 });
    history.add(pull(8), 'WORK_COMPLETED', { taskId: taskOf('f'), kind: 'fix-ci', headSha: null });
    history.add(pull(8), 'CI_STARTED', { headSha: HEAD_1, check: 'test' });
    checked(history, HEAD_1, 'CI_FAILED');
    expect(tasks(history)).toEqual(['fix-ci author-1 1']);
  });
});

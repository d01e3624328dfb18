import { describe, expect, it } from '@jest/globals';
import { MERGED, SHA, TIME, assigned, done, history, opened, taskId, type History } from '../testing/history.js';
import { allSettled, summarise } from './demo-summary.js';
import { emptyBoard, evolveBoard } from './issue-board.js';

const REPO = 'acme/greeter';
const boardOf = (past: History) => past.events.reduce(evolveBoard, emptyBoard);
const summary = (past: History, filed: readonly number[], onMain: readonly string[] = [MERGED]) =>
  summarise({
    board: boardOf(past),
    repo: REPO,
    seed: 1,
    agents: 1,
    filed,
    startSeconds: 3,
    elapsedMs: 12_340,
    restarts: 0,
    onMain: new Set(onMain),
  });

describe('the summary of a demo', () => {
  it('is good when every issue is done and git finds the merge commit', () => {
    const result = summary(done(assigned(opened(history(), 1), 1, taskId(1)), 1, 2), [1]);
    expect(result).toMatchObject({ ok: true, issues: 1, merged: 1, assignedTwice: 0, lost: 0, events: 3 });
    expect(result.mergeCommits).toEqual([MERGED]);
    expect(result.seconds).toBe(12.3);
  });

  it('is not good when git does not find the merge commit', () => {
    expect(summary(done(opened(history(), 1), 1, 2), [1], [SHA]).ok).toBe(false);
  });

  it('counts an issue with two live assignments at once', () => {
    const twice = assigned(assigned(opened(history(), 1), 1, taskId(1)), 1, taskId(2), 'dev-e-2');
    expect(summary(done(twice, 1, 2), [1])).toMatchObject({ ok: false, assignedTwice: 1 });
  });

  it('still counts it when the first assignment ends later', () => {
    const twice = assigned(assigned(opened(history(), 1), 1, taskId(1)), 1, taskId(2), 'dev-e-2');
    const ended = twice.add(`issue/${REPO}/1`, 'ISSUE_UNASSIGNED', {
      taskId: taskId(1),
      agent: 'dev-e-1',
      code: 'X',
      message: 'x',
    });
    expect(summary(ended, [1]).assignedTwice).toBe(1);
  });

  it('does not count an assignment after the former one failed, was lost or was taken back', () => {
    const start = assigned(opened(history(), 1), 1, taskId(1));
    const endings: History[] = [
      start.add(`issue/${REPO}/1`, 'WORK_FAILED', {
        taskId: taskId(1),
        agent: 'dev-e-1',
        fence: 2,
        attempt: 1,
        code: 'AGENT_EXITED',
        message: 'x',
      }),
      start.add(`issue/${REPO}/1`, 'ATTEMPT_LOST', {
        taskId: taskId(1),
        agent: 'dev-e-1',
        attempt: 1,
        fence: 2,
        reason: 'silent',
      }),
      start.add(`issue/${REPO}/1`, 'ISSUE_UNASSIGNED', {
        taskId: taskId(1),
        agent: 'dev-e-1',
        code: 'X',
        message: 'x',
      }),
    ];
    for (const ended of endings) {
      expect(summary(assigned(ended, 1, taskId(2), 'dev-e-2'), [1]).assignedTwice).toBe(0);
    }
  });

  it('calls an issue lost that is neither done nor visibly blocked', () => {
    const two = opened(opened(opened(history(), 1), 2), 3);
    const end = done(two, 1, 4).add(`issue/${REPO}/2`, 'ISSUE_BLOCKED', { code: 'ATTEMPTS_EXHAUSTED', message: 'x' });
    expect(summary(end, [1, 2, 3])).toMatchObject({ merged: 1, blocked: 1, lost: 1, ok: false });
    expect(allSettled(boardOf(end), REPO, [1, 2])).toBe(true);
    expect(allSettled(boardOf(end), REPO, [1, 2, 3])).toBe(false);
  });

  it('calls an issue lost whose filing the log never saw', () => {
    expect(summary(history(), [1]).lost).toBe(1);
  });

  it('does not believe two issues that name the same merge commit', () => {
    const both = done(done(opened(opened(history(), 1), 2), 1, 3), 2, 4);
    expect(summary(both, [1, 2]).ok).toBe(false);
  });

  it('counts verdicts of reviews and failing checks', () => {
    const review = { reviewId: '1', by: 'rig-reviewer[bot]', headSha: SHA, body: '', submittedAt: TIME };
    const past = opened(history(), 1)
      .add(`pull/${REPO}/2`, 'REVIEW_CHANGES_REQUESTED', review)
      .add(`pull/${REPO}/2`, 'REVIEW_APPROVED', { ...review, reviewId: '2' })
      .add(`pull/${REPO}/2`, 'CI_FAILED', {
        headSha: SHA,
        check: 'test',
        runId: '1',
        conclusion: 'failure',
        summary: '',
      });
    expect(summary(past, [1])).toMatchObject({ reviewRounds: 2, changesRequested: 1, ciFailures: 1 });
  });
});

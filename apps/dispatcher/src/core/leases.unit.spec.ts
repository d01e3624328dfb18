import { describe, expect, it } from '@jest/globals';
import { deliveredPull, approvedIssue, createHistory, issue, taskOf } from '../testing/history.fixture.spec.js';
import { emptyWatch, liveAttempts, observeLeases, type LeaseReading, type LeaseWatch } from './leases.js';

const attempt = {
  taskId: taskOf('a'),
  kind: 'implement' as const,
  agent: 'author-1',
  subject: issue(7),
  headSha: null,
  position: 3,
  fence: 4,
};
const absent: readonly LeaseReading[] = [{ attempt, leaseFence: undefined }];
const present: readonly LeaseReading[] = [{ attempt, leaseFence: 4 }];

/** Passes one after the other: [milliseconds, readings, conductor alive]. Resolves to when an attempt was called lost. */
const lostAt = (passes: readonly (readonly [number, readonly LeaseReading[], boolean?])[]): readonly number[] => {
  let watch: LeaseWatch = emptyWatch;
  return passes.flatMap(([now, readings, alive = true]) => {
    const seen = observeLeases(watch, readings, alive, now);
    watch = seen.watch;
    return seen.lost.map(() => now);
  });
};

const every2s = (from: number, to: number, readings: readonly LeaseReading[], alive = true) =>
  Array.from({ length: (to - from) / 2_000 + 1 }, (_, n) => [from + n * 2_000, readings, alive] as const);

describe('live attempts', () => {
  it('are those that started and neither ended nor were lost', () => {
    const history = createHistory();
    deliveredPull(history);
    approvedIssue(history, 9);
    history.add(issue(9), 'ISSUE_ASSIGNED', { taskId: taskOf('b'), agent: 'author-1' });
    expect(liveAttempts(history.board())).toEqual([]);
    const { position } = history.add(issue(9), 'ATTEMPT_STARTED', { taskId: taskOf('b'), agent: 'author-1' });
    expect(liveAttempts(history.board())).toMatchObject([{ taskId: taskOf('b'), fence: position }]);
    history.add(issue(9), 'ATTEMPT_LOST', { taskId: taskOf('b'), fence: position });
    expect(liveAttempts(history.board())).toEqual([]);
  });
});

describe('an attempt is lost', () => {
  it('when its lease was absent for 16 s, also if it never was there', () => {
    expect(lostAt(every2s(0, 16_000, absent))).toEqual([16_000]);
  });

  it('and the report names the task, its fence and how long it was silent', () => {
    const watch: LeaseWatch = { lastPass: 15_000, absentSince: new Map([[`lost:${attempt.taskId}:4`, 0]]) };
    expect(observeLeases(watch, absent, true, 16_000).lost).toMatchObject([
      { subject: issue(7), taskId: attempt.taskId, fence: 4, reason: 'the lease ran out 16 s ago and was not renewed' },
    ]);
  });

  it('not while it is renewed, and a renewal begins the time anew', () => {
    expect(lostAt(every2s(0, 120_000, present))).toEqual([]);
    expect(lostAt([...every2s(0, 14_000, absent), [16_000, present], ...every2s(18_000, 32_000, absent)])).toEqual([]);
  });

  it('when an older fence holds the lease, and not when a newer one does', () => {
    expect(lostAt(every2s(0, 16_000, [{ attempt, leaseFence: 3 }]))).toEqual([16_000]);
    expect(lostAt(every2s(0, 60_000, [{ attempt, leaseFence: 9 }]))).toEqual([]);
  });

  it('not while the conductor is away, which begins the time anew', () => {
    expect(lostAt(every2s(0, 60_000, absent, false))).toEqual([]);
    const away = [...every2s(0, 14_000, absent), ...every2s(16_000, 24_000, absent, false)];
    expect(lostAt([...away, ...every2s(26_000, 40_000, absent)])).toEqual([]);
    expect(lostAt([...away, ...every2s(26_000, 42_000, absent)])).toEqual([42_000]);
  });

  it('not after a pause in which nobody looked', () => {
    expect(lostAt([...every2s(0, 4_000, absent), [60_000, absent], [61_000, absent]])).toEqual([]);
  });

  it('by its own time: a new attempt of the same task starts afresh', () => {
    const second: readonly LeaseReading[] = [{ attempt: { ...attempt, fence: 9 }, leaseFence: undefined }];
    expect(lostAt([...every2s(0, 14_000, absent), ...every2s(16_000, 30_000, second)])).toEqual([]);
  });
});

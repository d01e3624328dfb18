import { describe, expect, it } from '@jest/globals';
import type { GateCheckResult } from '@rig/contracts';
import { AT, inReview, NEXT_SHA, onPull, REVIEW_TASK, SHA, step, WORKER, type Happened } from '../testing/history.js';
import { explained, lines } from './explain.fixture.spec.js';

const delivered = inReview.slice(0, 7);
const startedCheck = onPull({ type: 'CI_STARTED', data: { headSha: SHA, check: 'test', runId: '1' } });
const changes = onPull({
  type: 'REVIEW_CHANGES_REQUESTED',
  data: { reviewId: '500', by: 'rig-reviewer[bot]', headSha: SHA, body: 'Name the case.', submittedAt: AT },
});
const again = onPull({
  type: 'REVIEW_CHANGES_REQUESTED',
  data: { reviewId: '502', by: 'rig-reviewer[bot]', headSha: SHA, body: 'And again.', submittedAt: AT },
});
const fixAssigned = (cause: 'review' | 'ci'): Happened =>
  onPull({
    type: 'FIX_ASSIGNED',
    data: { taskId: REVIEW_TASK, agent: 'dev-e-1', cause, headSha: SHA, delivery: 'stream', ordinal: 1 },
  });
const fixed = (kind: 'fix-ci' | 'fix-review' | 'review'): Happened =>
  onPull({
    type: 'WORK_COMPLETED',
    data: { taskId: REVIEW_TASK, agent: 'dev-e-1', fence: 9, kind, summary: '', pr: 8, headSha: null, verdict: null },
  });
const check = (name: GateCheckResult['check'], reason: string, clearedBy: string): GateCheckResult => ({
  check: name,
  outcome: 'hold',
  reason,
  clearedBy,
});
const gateHeld = (...checks: GateCheckResult[]): Happened =>
  onPull({ type: 'MERGE_GATE_HELD', data: { headSha: SHA, checks } });
const approved = [...inReview, step.approvedBy('rig-reviewer[bot]')];

describe('a delivered issue', () => {
  it('waits for its pull request to be heard of', () => {
    const told = explained(inReview.slice(0, 5));
    expect(lines(told.where)).toEqual(['the work is done; pull request #8 is not in the log yet [5]']);
  });

  it('waits for checks that have not reported, and for one that runs', () => {
    const silent = explained(delivered);
    expect(lines(silent.why)).toEqual(['no check has reported on the head commit [6]']);
    expect(lines(silent.clearedBy)).toContain('the operator: set ci: none for a repository without checks');
    expect(lines(explained([...delivered, startedCheck]).why)).toEqual(['test still runs [8]']);
  });

  it('waits for a reviewer, and says who cannot be it', () => {
    const told = explained(inReview, { held: { 'review-e': 1 } });
    expect(lines(told.where)).toEqual(['pull request #8 waits for a review [8]']);
    expect(lines(told.why)).toContain('review-e cannot have it: review-e holds 1 of 1 tasks');
    expect(told.waitingTask?.kind).toBe('review');
  });

  it('is reviewed by somebody', () => {
    const assigned = explained([...inReview, step.reviewAssigned]);
    expect(lines(assigned.where)).toEqual(['the review is with review-e; no attempt runs [9]']);
    const started = onPull({
      type: 'ATTEMPT_STARTED',
      data: { taskId: REVIEW_TASK, agent: 'review-e', attempt: 1, worker: WORKER },
    });
    const told = explained([...inReview, step.reviewAssigned, started]);
    expect(lines(told.where)).toEqual([`review-e does the review: attempt 1 runs on ${WORKER.name}, fence 10 [9, 10]`]);
    expect(lines(told.why)).toEqual(['pull request #8 is to be reviewed before it can be merged [8]']);
  });

  it('waits for the verdict of a review that was made', () => {
    const told = explained([...inReview, step.reviewAssigned, fixed('review')]);
    expect(lines(told.why)[0]).toMatch(/ended its review, and no verdict on this head has come from the forge \[10\]/);
  });

  it('waits for its author to answer the review, then for the commit', () => {
    const told = explained([...inReview, changes], { held: { 'dev-e-1': 1 } });
    expect(lines(told.where)).toEqual(['the review of pull request #8 asked for changes [9]']);
    expect(lines(told.why)).toEqual([
      'rig-reviewer[bot] said: Name the case. [9]',
      'dev-e-1 cannot have it: dev-e-1 holds 1 of 1 tasks',
    ]);
    expect(told.waitingTask).toMatchObject({ kind: 'fix-review', agents: [{ agent: 'dev-e-1' }] });
    const during = explained([...inReview, changes, fixAssigned('review')]);
    expect(lines(during.why)[0]).toBe('the review asked for changes on pull request #8 [9]');
    const behind = explained([...inReview, changes, fixAssigned('review'), fixed('fix-review')]);
    expect(lines(behind.waitsFor)).toEqual(['a new head commit']);
    expect(lines(behind.why)[0]).toMatch(/\[11\]$/);
  });

  it('goes to a person when its rounds are used up', () => {
    expect(explained([...inReview, changes], { policy: { reviewRounds: 1 } }).waitingTask?.kind).toBe('fix-review');
    const told = explained([...inReview, changes, again], { policy: { reviewRounds: 1 } });
    expect(lines(told.why)).toEqual(['2 rounds asked for changes, the policy allows 1 [9, 10]']);
    expect(lines(told.waitsFor)).toEqual(['a person']);
  });

  it('waits for the repair of a failing check', () => {
    const told = explained([...delivered, step.ciFailed]);
    expect(lines(told.why).slice(0, 1)).toEqual(['test failed: red [8]']);
    expect(told.waitingTask?.kind).toBe('fix-ci');
  });

  it('is a draft', () => {
    const drafted = onPull({ type: 'PR_DRAFTED', data: { updatedAt: AT } });
    expect(lines(explained([...inReview, drafted]).where)).toEqual(['pull request #8 is a draft [9]']);
  });
});

describe('an approved pull request', () => {
  it('waits for the gate', () => {
    expect(lines(explained(approved).waitsFor)).toEqual(['the merge gate']);
  });

  it('is gated because of each held check, and says what clears it', () => {
    const told = explained([
      ...approved,
      gateHeld(
        check('threads', '2 review threads are unresolved', 'resolving them'),
        check('acceptance', 'the policy says acceptance: person', 'a person merging it'),
      ),
    ]);
    expect(lines(told.where)).toEqual(['pull request #8 is approved, and the merge gate holds it [9, 10]']);
    expect(lines(told.why)).toEqual([
      'threads: 2 review threads are unresolved [10]',
      'acceptance: the policy says acceptance: person [10]',
    ]);
    expect(lines(told.clearedBy)[0]).toBe('a reviewer: resolving them [10]');
    expect(told.gate).toHaveLength(2);
  });

  it('is being merged', () => {
    const passed = onPull({ type: 'MERGE_GATE_PASSED', data: { headSha: SHA, checks: [] } });
    const merge = onPull({ type: 'MERGE_REQUESTED', data: { headSha: SHA, title: 't' } });
    expect(lines(explained([...approved, passed, merge]).where)).toEqual([
      'the merge of aaaaaaa was requested and is not answered yet [11]',
    ]);
    const failed = onPull({ type: 'MERGE_FAILED', data: { headSha: SHA, code: 'HEAD_MOVED', message: 'moved' } });
    expect(lines(explained([...approved, passed, merge, failed]).why)).toEqual([
      'the last merge was refused (HEAD_MOVED): moved [12]',
    ]);
  });

  it('begins anew with a new head', () => {
    const updated = onPull({
      type: 'PR_UPDATED',
      data: { title: 't', body: '', labels: [], headSha: NEXT_SHA, baseRef: 'main', updatedAt: AT },
    });
    const told = explained([...approved, gateHeld(check('threads', 'x', 'y')), updated]);
    expect(lines(told.where)).toEqual(['pull request #8 waits for its checks on bbbbbbb [11]']);
    expect(told.gate).toEqual([]);
  });
});

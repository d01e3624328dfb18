import { describe, expect, it } from '@jest/globals';
import { issueSubject, pullSubject } from '@rig/contracts';
import { issues, pulls } from '../flows/projections.js';
import { repoPolicy } from '@rig/policy';
import { decideCheckObservation } from '../core/pull/decide-check-observation.js';
import {
  agent,
  closePull,
  fileIssues,
  mergeRequested,
  REPO,
  SHA,
  startIssue,
  untilApproved,
  untilChecked,
  worker,
} from './steps.js';
import type { TestRig } from './test-rig.js';
import { issuePayload, openPull, reviewPayload } from './webhooks.js';

/** What the conductor does, whatever store is under it. */
export const conductorFeatures = (makeRig: () => Promise<TestRig>): void => {
  describe('an issue', () => {
    it('is approved by the ready label of someone who may', async () => {
      const rig = await makeRig();
      await rig.deliver('issues', issuePayload(1, 'opened'));
      expect(await rig.types()).toEqual(['ISSUE_OPENED', 'ISSUE_APPROVED']);
    });

    it('is not approved by the ready label of a stranger', async () => {
      const rig = await makeRig();
      const payload = { ...(issuePayload(1, 'opened') as object), sender: { login: 'mallory' } };
      await rig.deliver('issues', payload);
      expect(await rig.types()).toEqual(['ISSUE_OPENED']);
    });

    it('is taken once however often its delivery is decided', async () => {
      const rig = await makeRig();
      await Promise.all([1, 2, 3].map(() => rig.deliver('issues', issuePayload(1, 'opened'), 'the-same')));
      await rig.deliver('issues', issuePayload(1, 'opened'), 'another-guid');
      expect(await rig.types()).toEqual(['ISSUE_OPENED', 'ISSUE_APPROVED']);
    });

    it('is claimed once by sixteen who ask at the same time', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 10);
      const claims = await Promise.all(
        Array.from({ length: 16 }, (_, n) => rig.flows.claimNext(agent(rig, 'dev-e-2'), 'implement', `w-${n}`)),
      );
      const won = claims.flatMap((claim) => (claim.ok ? [claim.value.issue] : []));
      expect(new Set(won).size).toBe(won.length);
      const assigned = (await rig.types()).filter((type) => type === 'ISSUE_ASSIGNED');
      expect(assigned).toHaveLength(won.length);
    });

    it('is never given to an agent beyond its slots', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 10);
      await Promise.all(
        Array.from({ length: 16 }, (_, n) => rig.flows.claimNext(agent(rig, 'dev-e-1'), 'implement', `w-${n}`)),
      );
      expect((await rig.types()).filter((type) => type === 'ISSUE_ASSIGNED')).toHaveLength(2);
    });

    it('is given to the same instance again until it starts', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 3);
      const ask = () => rig.flows.claimNext(agent(rig, 'dev-e-1'), 'implement', 'w-1');
      expect(await ask()).toEqual(await ask());
    });

    it('stops its run when it is closed', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 1);
      const { taskId, fence } = await startIssue(rig);
      const closed = { state: 'closed', updated_at: '2026-03-02T09:40:00Z' };
      await rig.deliver('issues', issuePayload(1, 'closed', closed));
      expect((await rig.types()).slice(-2)).toEqual(['ISSUE_UNASSIGNED', 'ISSUE_CLOSED']);
      expect(await rig.flows.mintTaskToken(taskId, 'dev-e-1', fence)).toMatchObject({ ok: false });
    });
  });

  describe('an attempt', () => {
    it('gets tokens under its own fence alone', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 1);
      const { taskId, fence } = await startIssue(rig);
      expect(await rig.flows.mintTaskToken(taskId, 'dev-e-1', fence)).toMatchObject({ ok: true });
      expect(await rig.flows.mintTaskToken(taskId, 'dev-e-1', fence - 1)).toMatchObject({
        refusal: { code: 'FENCE_SUPERSEDED' },
      });
      expect(await rig.flows.mintTaskToken(taskId, 'dev-e-2', fence)).toMatchObject({ refusal: { code: 'NOT_YOURS' } });
    });

    it('that was lost is void: its reports are refused and recorded, its tokens revoked', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 1);
      const { taskId, fence } = await startIssue(rig);
      await rig.flows.mintTaskToken(taskId, 'dev-e-1', fence);
      const lost = { taskId, fence, reason: 'no renewal for 30 s' };
      const outcome = await rig.report(issueSubject(REPO, 1), { type: 'ATTEMPT_LOST', data: lost });
      if (outcome.status !== 'committed') throw new Error(outcome.status);
      for (const event of outcome.events) await rig.flows.requestOutbound(event);
      expect(rig.forge.revoked).toHaveLength(1);

      const second = await rig.flows.startAttempt({ taskId, agentId: 'dev-e-1', worker: worker('w-2') });
      expect(second).toMatchObject({ ok: true, value: { attempt: 2 } });
      const late = { taskId, fence, summary: 'late', pr: 9, headSha: SHA, verdict: null };
      await rig.report(issueSubject(REPO, 1), { type: 'WORK_COMPLETED', data: late });
      expect((await rig.types()).at(-1)).toBe('WORK_REPORT_REFUSED');
    });

    it('is started by one of two workers that hold the same offer', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 1);
      const claimed = await rig.flows.claimNext(agent(rig, 'dev-e-1'), 'implement', 'w-1');
      const taskId = claimed.ok ? claimed.value.taskId : '';
      const started = await Promise.all(
        ['w-1', 'w-2', 'w-3'].map((name) =>
          rig.flows.startAttempt({ taskId, agentId: 'dev-e-1', worker: worker(name) }),
        ),
      );
      expect(started.filter((result) => result.ok)).toHaveLength(1);
      expect((await rig.types()).filter((type) => type === 'ATTEMPT_STARTED')).toHaveLength(1);
    });
  });

  describe('a pull request', () => {
    it('goes from approval to a merge and ends its issue', async () => {
      const rig = await makeRig();
      await untilApproved(rig);
      expect(await rig.flows.evaluateMerge(REPO, 8)).toBe('requested');
      expect(await rig.flows.performMerge(await mergeRequested(rig))).toBe('merged');
      expect((await rig.types()).slice(-2)).toEqual(['PR_MERGED', 'ISSUE_DONE']);
      expect(await rig.store.load(issues, issueSubject(REPO, 1))).toMatchObject({ phase: 'done', pr: 8 });
    });

    it('is merged once when the merge is tried twice', async () => {
      const rig = await makeRig();
      await untilApproved(rig);
      await rig.flows.evaluateMerge(REPO, 8);
      const job = await mergeRequested(rig);
      await Promise.all([rig.flows.performMerge(job), rig.flows.performMerge(job)]);
      expect(rig.forge.merges).toHaveLength(1);
      expect((await rig.types()).filter((type) => type === 'ISSUE_DONE')).toHaveLength(1);
    });

    it('is found merged after a merge whose answer was lost', async () => {
      const rig = await makeRig();
      await untilApproved(rig);
      await rig.flows.evaluateMerge(REPO, 8);
      rig.forge.mergeAnswers.push('unknown');
      const job = await mergeRequested(rig);
      await expect(rig.flows.performMerge(job)).rejects.toMatchObject({ code: 'FORGE_UNREACHABLE' });
      expect(await rig.flows.performMerge(job)).toBe('merged');
      expect(rig.forge.merges).toHaveLength(1);
    });

    it('is not merged when its head moved between gate and merge', async () => {
      const rig = await makeRig();
      await untilApproved(rig);
      await rig.flows.evaluateMerge(REPO, 8);
      const pull = rig.forge.pulls.get(8);
      if (pull !== undefined) rig.forge.pulls.set(8, { ...pull, headSha: 'b'.repeat(40) });
      expect(await rig.flows.performMerge(await mergeRequested(rig))).toBe('failed');
      expect((await rig.types()).at(-1)).toBe('MERGE_FAILED');
      expect(rig.forge.merges).toEqual([]);
    });

    it('is not merged when an approval was withdrawn between gate and merge', async () => {
      const rig = await makeRig();
      await untilApproved(rig);
      await rig.flows.evaluateMerge(REPO, 8);
      rig.forge.reviewsOf.set(8, []);
      expect(await rig.flows.performMerge(await mergeRequested(rig))).toBe('failed');
      expect(rig.forge.merges).toEqual([]);
    });

    it('is not merged, nor sent back, on the word of a stranger', async () => {
      const rig = await makeRig();
      await untilChecked(rig);
      const by = 'mallory';
      const stranger = (state: string, id: number) => {
        const payload = reviewPayload(8, SHA, state, id) as { review: { user: object } };
        payload.review.user = { login: by };
        return rig.deliver('pull_request_review', payload);
      };
      await stranger('approved', 601);
      await stranger('changes_requested', 602);
      const types = await rig.types();
      expect(types.filter((type) => type === 'REVIEW_COMMENTED')).toHaveLength(2);
      expect(types).not.toContain('REVIEW_APPROVED');
      rig.forge.reviewsOf.set(8, [
        { id: '601', by, state: 'approved', headSha: SHA, body: '', submittedAt: '2026-03-02T09:31:00Z' },
      ]);
      expect(await rig.flows.evaluateMerge(REPO, 8)).toBe('too-early');
    });

    it('that a person closed blocks its issue, and the ready label put on again begins the work anew', async () => {
      const rig = await makeRig();
      await untilChecked(rig);
      await closePull(rig);
      expect(await rig.store.load(issues, issueSubject(REPO, 1))).toMatchObject({ phase: 'blocked' });
      const at = { updated_at: '2026-03-02T09:41:00Z' };
      await rig.deliver('issues', issuePayload(1, 'labeled', at));
      expect(await rig.store.load(issues, issueSubject(REPO, 1))).toMatchObject({ phase: 'ready', pr: null });
    });

    it('whose checks fail again and again is left to a person', async () => {
      const rig = await makeRig();
      await untilChecked(rig);
      const policy = repoPolicy({ defaults: { ciRounds: 1 }, repositories: {} }, REPO);
      const pull = await rig.store.load(pulls, pullSubject(REPO, 8));
      const issue = await rig.store.load(issues, issueSubject(REPO, 1));
      const tried = pull && { ...pull, ciRounds: 1 };
      const seen = {
        kind: 'check' as const,
        repo: REPO,
        headSha: SHA,
        pulls: [8],
        check: { name: 'test', runId: '902', state: 'failed' as const, conclusion: 'failure', summary: 'red' },
      };
      const decision = decideCheckObservation({ issue, pull: tried }, 8, seen, policy.ciRounds);
      expect(decision.ok && decision.value.map(({ body }) => body.type)).toEqual(['CI_FAILED', 'ISSUE_BLOCKED']);
    });

    it('remembers which agent wrote it, and not for a branch of the same name in a fork', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 1);
      const { branch } = await startIssue(rig);
      const payload = openPull(rig.forge, 9, 1, SHA, branch) as { pull_request: { head: object } };
      payload.pull_request.head = { ...payload.pull_request.head, repo: { id: 2 } };
      await rig.deliver('pull_request', payload);
      expect(await rig.store.load(pulls, pullSubject(REPO, 9))).toMatchObject({ agent: null });
      await rig.deliver('pull_request', openPull(rig.forge, 8, 1, SHA, branch));
      expect(await rig.store.load(pulls, pullSubject(REPO, 8))).toMatchObject({ agent: 'dev-e-1' });
    });
  });

  it('tells the story of an issue in order', async () => {
    const rig = await makeRig();
    await untilApproved(rig);
    const read = await rig.flows.readTimeline(REPO, 1);
    if (!read.ok) throw new Error(read.refusal.message);
    const positions = read.value.timeline.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(read.value.timeline.map(({ sentence }) => sentence)).toContain('assigned to dev-e-1');
  });
};

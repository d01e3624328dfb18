import { issueSubject, pullSubject, type TaskBrief } from '@rig/contracts';
import { createFakeForge } from './fake-forge.js';
import type { TestRig } from './test-rig.js';
import { checkPayload, issuePayload, openPull, reviewPayload } from './webhooks.js';

export const REPO = 'acme/greeter';
export const SHA = 'a'.repeat(40);
export const worker = (name: string) => ({ name, incarnation: '0197f3a0-0000-7000-8000-00000000000a' });

export const agent = (rig: TestRig, id: string) => {
  const found = rig.agents.agents.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no agent ${id}`);
  return found;
};

export const fileIssues = async (rig: TestRig, count: number): Promise<void> => {
  for (let number = 1; number <= count; number++) await rig.deliver('issues', issuePayload(number, 'opened'));
};

/** Claims and starts issue 1 as dev-e-1. */
export const startIssue = async (rig: TestRig, name = 'w-1'): Promise<TaskBrief> => {
  const claimed = await rig.flows.claimNext(agent(rig, 'dev-e-1'), 'implement', name);
  if (!claimed.ok) throw new Error(claimed.refusal.message);
  const started = await rig.flows.startAttempt({
    taskId: claimed.value.taskId,
    agentId: 'dev-e-1',
    worker: worker(name),
  });
  if (!started.ok) throw new Error(started.refusal.message);
  return started.value;
};

/** From a filed issue to a pull request whose checks passed. */
export const untilChecked = async (rig: TestRig): Promise<TaskBrief> => {
  await fileIssues(rig, 1);
  const brief = await startIssue(rig);
  await rig.deliver('pull_request', openPull(rig.forge, 8, 1, SHA, brief.branch));
  const { taskId, fence } = brief;
  const data = { taskId, fence, summary: 'done', pr: 8, headSha: SHA, verdict: null };
  await rig.report(issueSubject(REPO, 1), { type: 'WORK_COMPLETED', data });
  rig.forge.checksOf.set(SHA, [
    { name: 'test', source: 'check-run', runId: '901', state: 'passed', conclusion: 'success', summary: '' },
  ]);
  await rig.deliver('check_run', checkPayload(8, SHA, 'success'));
  return brief;
};

/** From a filed issue to an approved pull request whose checks passed. */
export const untilApproved = async (rig: TestRig): Promise<TaskBrief> => {
  const brief = await untilChecked(rig);
  rig.forge.reviewsOf.set(8, [
    {
      id: '501',
      by: 'rig-reviewer[bot]',
      state: 'approved',
      headSha: SHA,
      body: '',
      submittedAt: '2026-03-02T09:31:00Z',
    },
  ]);
  await rig.deliver('pull_request_review', reviewPayload(8, SHA, 'approved'));
  return brief;
};

export const mergeRequested = async (rig: TestRig) => {
  const event = (await rig.store.readStream(pullSubject(REPO, 8))).findLast(({ type }) => type === 'MERGE_REQUESTED');
  if (event === undefined) throw new Error('no merge was requested');
  return { eventId: event.id, repo: REPO, number: 8, headSha: SHA, title: 'feat: greet by name (#8)' };
};

/** A person closes the pull request without a merge. */
export const closePull = async (rig: TestRig): Promise<void> => {
  const pull = rig.forge.pulls.get(8);
  if (pull === undefined) throw new Error('no pull request');
  rig.forge.pulls.set(8, { ...pull, state: 'closed', updatedAt: '2026-03-02T09:40:00Z' });
  const closed = openPull(createFakeForge(), 8, 1, SHA, pull.headRef) as { action: string; pull_request: object };
  closed.pull_request = { ...closed.pull_request, state: 'closed', updated_at: '2026-03-02T09:40:00Z' };
  await rig.deliver('pull_request', { ...closed, action: 'closed' });
};

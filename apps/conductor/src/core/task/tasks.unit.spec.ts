import { describe, expect, it } from '@jest/globals';
import { parseAgentsFile, repoPolicy, type AgentConfig } from '@rig/policy';
import {
  given,
  inReview,
  onIssue,
  onPull,
  SHA,
  step,
  TASK,
  WORKER,
  REVIEW_TASK,
  ISSUE,
  PULL,
} from '../testing/history.js';
import { decideAssign } from './decide-assign.js';
import { decideLost } from './decide-lost.js';
import { decideReport } from './decide-report.js';
import { decideStart } from './decide-start.js';

const agents = parseAgentsFile(`
agents:
  - { id: dev-e-1, role: author, slots: 1, command: { run: node } }
  - { id: review-e, role: reviewer, slots: 1, command: { run: node } }
`);
const agent = (id: string): AgentConfig => {
  const found = agents.ok ? agents.value.agents.find((one) => one.id === id) : undefined;
  if (found === undefined) throw new Error(`no agent ${id}`);
  return found;
};
const policy = { ...repoPolicy({ defaults: {}, repositories: {} }, 'acme/greeter'), dispatch: 'on' as const };
const ready = [step.opened, step.approved];
const working = [...ready, step.assigned, step.started];
const assign = (kind: 'implement' | 'review' | 'fix-ci' | 'fix-review', id: string) => ({
  kind,
  agent: agent(id),
  policy,
  inFlight: 0,
  pauses: {},
  headSha: kind === 'implement' ? null : SHA,
  now: '2026-03-02T09:30:05.000Z',
});
const types = (decision: ReturnType<typeof decideAssign>): readonly string[] =>
  decision.ok ? decision.value.map(({ body }) => body.type) : [decision.refusal.code];

describe('assigning', () => {
  it('gives a ready issue to an author', () => {
    expect(types(decideAssign(given(...ready), assign('implement', 'dev-e-1')))).toEqual(['ISSUE_ASSIGNED']);
  });

  it('never assigns an issue twice', () => {
    expect(types(decideAssign(given(...ready, step.assigned), assign('implement', 'dev-e-1')))).toEqual([
      'ALREADY_ASSIGNED',
    ]);
  });

  it('assigns nothing that nobody approved', () => {
    expect(types(decideAssign(given(step.opened), assign('implement', 'dev-e-1')))).toEqual(['NOT_APPROVED']);
  });

  it('assigns nothing where dispatch is off', () => {
    const off = { ...assign('implement', 'dev-e-1'), policy: { ...policy, dispatch: 'off' as const } };
    expect(types(decideAssign(given(...ready), off))).toEqual(['DISPATCH_OFF']);
  });

  it('respects the slots of an agent', () => {
    expect(types(decideAssign(given(...ready), { ...assign('implement', 'dev-e-1'), inFlight: 1 }))).toEqual([
      'NO_FREE_SLOT',
    ]);
  });

  it('holds a claim to the pause after a failure, and leaves the dispatcher to its own', () => {
    const data = { taskId: TASK, agent: 'dev-e-1', fence: 4, attempt: 1, code: 'AGENT_EXITED', message: 'x' };
    const world = given(...ready, step.assigned, step.started, onIssue({ type: 'WORK_FAILED', data }));
    const claim = { ...assign('implement', 'dev-e-1'), instance: 'w-1' };
    expect(types(decideAssign(world, claim))).toEqual(['BACKING_OFF']);
    expect(types(decideAssign(world, { ...claim, now: '2026-03-02T09:30:10.000Z' }))).toEqual(['ISSUE_ASSIGNED']);
    expect(types(decideAssign(world, assign('implement', 'dev-e-1')))).toEqual(['ISSUE_ASSIGNED']);
  });

  it('gives a pull request to a reviewer, never to its author', () => {
    expect(types(decideAssign(given(...inReview), assign('review', 'review-e')))).toEqual(['REVIEW_ASSIGNED']);
    expect(types(decideAssign(given(...inReview), assign('review', 'dev-e-1')))).toEqual(['WRONG_ROLE']);
  });

  it('lets the checks of the head come before its review', () => {
    const unchecked = given(...inReview.slice(0, -1));
    expect(types(decideAssign(unchecked, assign('review', 'review-e')))).toEqual(['CHECKS_NOT_PASSED']);
    const withoutCi = { ...assign('review', 'review-e'), policy: { ...policy, ci: 'none' as const } };
    expect(types(decideAssign(unchecked, withoutCi))).toEqual(['REVIEW_ASSIGNED']);
  });

  it('refuses a task for a head that has moved', () => {
    const old = { ...assign('review', 'review-e'), headSha: 'c'.repeat(40) };
    expect(types(decideAssign(given(...inReview), old))).toEqual(['HEAD_MOVED']);
  });

  it('asks for a fix only when a check of the head failed', () => {
    expect(types(decideAssign(given(...inReview), assign('fix-ci', 'dev-e-1')))).toEqual(['NOT_FAILING']);
    const failing = [...inReview.slice(0, -1), step.ciFailed];
    expect(types(decideAssign(given(...failing), assign('fix-ci', 'dev-e-1')))).toEqual(['FIX_ASSIGNED']);
  });

  it('derives the same task id for the same ordinal', () => {
    const first = decideAssign(given(...ready), assign('implement', 'dev-e-1'));
    expect(decideAssign(given(...ready), assign('implement', 'dev-e-1'))).toEqual(first);
  });
});

describe('starting an attempt', () => {
  const start = { taskId: TASK, agentId: 'dev-e-1', worker: WORKER, leaseLive: true, maxAttempts: 3 };
  const again = { ...WORKER, incarnation: '0197f3a0-0000-7000-8000-00000000000b' };

  it('starts an assigned task', () => {
    expect(types(decideStart(given(...ready, step.assigned), start))).toEqual(['ATTEMPT_STARTED']);
  });

  it('is refused while another worker runs the task', () => {
    const other = { ...start, worker: { ...WORKER, name: 'dev-e-1-1' } };
    expect(types(decideStart(given(...working), other))).toEqual(['ATTEMPT_LIVE']);
  });

  it('is refused to a second process under the same name', () => {
    expect(types(decideStart(given(...working), { ...start, worker: again }))).toEqual(['ATTEMPT_LIVE']);
  });

  it('takes over from its own earlier start once that renews no more', () => {
    const successor = { ...start, worker: again, leaseLive: false };
    expect(types(decideStart(given(...working), successor))).toEqual(['ATTEMPT_LOST', 'ATTEMPT_STARTED']);
    const stranger = { ...successor, worker: { ...again, name: 'dev-e-1-1' } };
    expect(types(decideStart(given(...working), stranger))).toEqual(['ATTEMPT_LIVE']);
  });

  it('does not take over when no attempt is left', () => {
    const successor = { ...start, worker: again, leaseLive: false, maxAttempts: 1 };
    expect(types(decideStart(given(...working), successor))).toEqual([
      'ATTEMPT_LOST',
      'ISSUE_UNASSIGNED',
      'ISSUE_BLOCKED',
    ]);
  });

  it('changes nothing when the same worker asks again', () => {
    expect(types(decideStart(given(...working), start))).toEqual([]);
  });

  it("is refused for another agent's task", () => {
    expect(types(decideStart(given(...working), { ...start, agentId: 'dev-e-2' }))).toEqual(['NOT_YOURS']);
  });

  it('is refused when the task has ended', () => {
    expect(types(decideStart(given(...inReview), start))).toEqual(['TASK_GONE']);
  });
});

describe('reporting', () => {
  const context = { agentId: 'dev-e-1', subject: ISSUE, maxAttempts: 3 };
  const failure = {
    type: 'WORK_FAILED' as const,
    data: { taskId: TASK, fence: 4, code: 'AGENT_EXITED', message: 'x' },
  };

  it('takes a failure under the current fence', () => {
    expect(types(decideReport(given(...working), failure, context))).toEqual(['WORK_FAILED']);
  });

  it('refuses and records a report under an old fence', () => {
    const late = { ...failure, data: { ...failure.data, fence: 3 } };
    expect(types(decideReport(given(...working), late, context))).toEqual(['WORK_REPORT_REFUSED']);
  });

  it('refuses and records a report that comes after the end of the task', () => {
    expect(types(decideReport(given(...inReview), failure, context))).toEqual(['WORK_REPORT_REFUSED']);
  });

  it("refuses and records another agent's report", () => {
    expect(types(decideReport(given(...working), failure, { ...context, agentId: 'dev-e-2' }))).toEqual([
      'WORK_REPORT_REFUSED',
    ]);
  });

  it('refuses a finished implement task without a pull request', () => {
    const done = { taskId: TASK, fence: 4, summary: '', pr: null, headSha: null, verdict: null };
    expect(types(decideReport(given(...working), { type: 'WORK_COMPLETED', data: done }, context))).toEqual([
      'WORK_REPORT_REFUSED',
    ]);
  });

  it('blocks the issue with the last attempt allowed', () => {
    expect(types(decideReport(given(...working), failure, { ...context, maxAttempts: 1 }))).toEqual([
      'WORK_FAILED',
      'ISSUE_BLOCKED',
    ]);
  });

  it('does not count a task that a stopping worker handed back', () => {
    const back = { ...failure, data: { ...failure.data, code: 'HANDED_BACK' } };
    expect(types(decideReport(given(...working), back, { ...context, maxAttempts: 1 }))).toEqual(['WORK_FAILED']);
  });
});

describe('losing an attempt', () => {
  const lost = { taskId: TASK, fence: 4, reason: 'no renewal for 30 s', maxAttempts: 3 };

  it('voids the fence and keeps the assignment', () => {
    const world = given(
      ...working,
      onIssue({ type: 'ATTEMPT_LOST', data: { taskId: TASK, agent: 'dev-e-1', attempt: 1, fence: 4, reason: 'x' } }),
    );
    expect(world.issue).toMatchObject({ phase: 'assigned', failures: 1, task: { fence: null, attempts: 1 } });
  });

  it('is committed for the running attempt alone', () => {
    expect(types(decideLost(given(...working), lost))).toEqual(['ATTEMPT_LOST']);
    expect(types(decideLost(given(...working), { ...lost, fence: 3 }))).toEqual(['FENCE_SUPERSEDED']);
  });

  it('blocks the issue and ends the task when no attempt is left', () => {
    expect(types(decideLost(given(...working), { ...lost, maxAttempts: 1 }))).toEqual([
      'ATTEMPT_LOST',
      'ISSUE_UNASSIGNED',
      'ISSUE_BLOCKED',
    ]);
  });

  it('ends a review task behind an issue that is given up', () => {
    const reviewing = [
      ...inReview,
      step.reviewAssigned,
      onPull({ type: 'ATTEMPT_STARTED', data: { taskId: REVIEW_TASK, agent: 'review-e', attempt: 1, worker: WORKER } }),
    ];
    const decision = decideLost(given(...reviewing), { ...lost, taskId: REVIEW_TASK, fence: 10, maxAttempts: 1 });
    expect(decision.ok && decision.value.map(({ subject, body }) => [subject, body.type])).toEqual([
      [PULL, 'ATTEMPT_LOST'],
      [PULL, 'REVIEW_UNASSIGNED'],
      [ISSUE, 'ISSUE_BLOCKED'],
    ]);
  });
});

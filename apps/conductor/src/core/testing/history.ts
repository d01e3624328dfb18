import { issueSubject, parseSubject, pullSubject, type RigEvent, type RigEventBody } from '@rig/contracts';
import type { World } from '../decision.js';
import { evolveIssue } from '../issue/evolve-issue.js';
import type { IssueState } from '../issue/issue-state.js';
import { evolvePull } from '../pull/evolve-pull.js';
import type { PullState } from '../pull/pull-state.js';

export const REPO = 'acme/greeter';
export const ISSUE = issueSubject(REPO, 7);
export const PULL = pullSubject(REPO, 8);
export const SHA = 'a'.repeat(40);
export const NEXT_SHA = 'b'.repeat(40);
export const AT = '2026-03-02T09:30:00.000Z';
export const LATER = '2026-03-02T09:31:00.000Z';
export const WORKER = { name: 'dev-e-1-0', incarnation: '0197f3a0-0000-7000-8000-00000000000a' };

export interface Happened {
  readonly subject: string;
  readonly body: RigEventBody;
}

const envelope = ({ subject, body }: Happened, position: number, version: number): RigEvent => ({
  id: `00000000-0000-8000-8000-${String(position).padStart(12, '0')}`,
  source: 'rig/conductor',
  subject,
  time: AT,
  actor: { kind: 'service', id: 'test' },
  dataschema: `rig:${body.type}:1`,
  position,
  version,
  ...body,
});

/** The history as the log has it: positions from 1. */
export const committed = (...history: readonly Happened[]): readonly RigEvent[] => {
  const versions = new Map<string, number>();
  return history.map((happened, index) => {
    const version = (versions.get(happened.subject) ?? 0) + 1;
    versions.set(happened.subject, version);
    return envelope(happened, index + 1, version);
  });
};

/** The world after a history: what a decider is given. */
export const given = (...history: readonly Happened[]): World => {
  let issue: IssueState | undefined;
  let pull: PullState | undefined;
  for (const event of committed(...history)) {
    if (parseSubject(event.subject)?.kind === 'issue') issue = evolveIssue(issue, event);
    else pull = evolvePull(pull, event);
  }
  return { issue, pull };
};

const on =
  (subject: string) =>
  (body: RigEventBody): Happened => ({ subject, body });
export const onIssue = on(ISSUE);
export const onPull = on(PULL);

export const TASK = '0197f3a0-0000-8000-8000-000000000001';
export const REVIEW_TASK = '0197f3a0-0000-8000-8000-000000000002';

/** Usual steps, to be strung together. */
export const step = {
  opened: onIssue({
    type: 'ISSUE_OPENED',
    data: {
      repo: REPO,
      number: 7,
      title: 'Greet by name',
      body: 'Say hello.',
      labels: ['agent-ready'],
      author: 'ada',
      openedAt: AT,
      updatedAt: AT,
    },
  }),
  approved: onIssue({ type: 'ISSUE_APPROVED', data: { by: 'ada', label: 'agent-ready' } }),
  assigned: onIssue({
    type: 'ISSUE_ASSIGNED',
    data: { taskId: TASK, agent: 'dev-e-1', delivery: 'stream', tier: 'T1', ordinal: 1 },
  }),
  started: onIssue({
    type: 'ATTEMPT_STARTED',
    data: { taskId: TASK, agent: 'dev-e-1', attempt: 1, worker: WORKER },
  }),
  completed: (fence: number): Happened =>
    onIssue({
      type: 'WORK_COMPLETED',
      data: {
        taskId: TASK,
        agent: 'dev-e-1',
        fence,
        kind: 'implement',
        summary: 'done',
        pr: 8,
        headSha: SHA,
        verdict: null,
      },
    }),
  prOpened: onPull({
    type: 'PR_OPENED',
    data: {
      repo: REPO,
      number: 8,
      title: 'feat: greet by name',
      body: 'Closes #7',
      labels: [],
      author: 'rig-author[bot]',
      agent: 'dev-e-1',
      headRef: 'rig/issue-7-greet-by-name',
      headSha: SHA,
      baseRef: 'main',
      draft: false,
      openedAt: AT,
      updatedAt: AT,
    },
  }),
  linked: onPull({ type: 'PR_LINKED', data: { issue: 7 } }),
  ciPassed: onPull({ type: 'CI_PASSED', data: { headSha: SHA, check: 'test', runId: '1' } }),
  ciFailed: onPull({
    type: 'CI_FAILED',
    data: { headSha: SHA, check: 'test', runId: '1', conclusion: 'failure', summary: 'red' },
  }),
  reviewAssigned: onPull({
    type: 'REVIEW_ASSIGNED',
    data: { taskId: REVIEW_TASK, agent: 'review-e', headSha: SHA, delivery: 'stream', ordinal: 1 },
  }),
  approvedBy: (by: string): Happened =>
    onPull({
      type: 'REVIEW_APPROVED',
      data: { reviewId: '501', by, headSha: SHA, body: '', submittedAt: AT },
    }),
} as const;

/** From filed to a pull request whose checks passed: 8 events. */
export const inReview: readonly Happened[] = [
  step.opened,
  step.approved,
  step.assigned,
  step.started,
  step.completed(4),
  step.prOpened,
  step.linked,
  step.ciPassed,
];

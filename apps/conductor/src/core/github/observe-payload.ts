import type { z } from 'zod';
import type { Observation } from './observation.js';
import type * as Payloads from './payload-schemas.js';

/** What each used event says, once its payload is parsed. */

type Payload<Name extends keyof typeof Payloads> = z.infer<(typeof Payloads)[Name]>;

export const ignored = (reason: string): Observation => ({ kind: 'ignored', reason });

const frameOf = (payload: { action?: string | undefined; sender: string; repository: { full_name: string } }) => ({
  repo: payload.repository.full_name,
  action: payload.action ?? '',
  actor: payload.sender,
});

/** An issue that was deleted or moved away is gone from this repository, whatever state it had. */
const GONE: ReadonlySet<string> = new Set(['deleted', 'transferred']);

export const observeIssue = (payload: Payload<'IssuesPayload'>): Observation => {
  const { issue, label } = payload;
  if (issue.pull_request !== undefined && issue.pull_request !== null) return ignored('PULL_AS_ISSUE');
  const frame = frameOf(payload);
  return {
    kind: 'issue',
    ...frame,
    number: issue.number,
    label: label?.name ?? null,
    issue: {
      title: issue.title,
      body: issue.body,
      labels: issue.labels,
      author: issue.user,
      state: GONE.has(frame.action) ? 'closed' : issue.state,
      createdAt: issue.created_at,
      updatedAt: issue.updated_at,
    },
  };
};

export const observePull = (payload: Payload<'PullRequestPayload'>): Observation => {
  const { pull_request: pull, repository } = payload;
  const merged = pull.merged ?? typeof pull.merged_at === 'string';
  return {
    kind: 'pull',
    ...frameOf(payload),
    number: pull.number,
    pull: {
      title: pull.title,
      body: pull.body,
      labels: pull.labels,
      author: pull.user,
      state: pull.state,
      merged,
      // Before the merge this field is the forge's trial merge, which is on no branch.
      mergeCommit: merged ? (pull.merge_commit_sha ?? null) : null,
      draft: pull.draft ?? false,
      headRef: pull.head.ref,
      headSha: pull.head.sha,
      // A fork that was deleted is null: still not this repository.
      fromFork: pull.head.repo?.id !== pull.base.repo.id,
      baseRef: pull.base.ref,
      defaultBranch: repository.default_branch,
      createdAt: pull.created_at,
      updatedAt: pull.updated_at,
    },
  };
};

const reviewStates: ReadonlyMap<string, 'approved' | 'changes-requested' | 'commented' | 'dismissed'> = new Map([
  ['approved', 'approved'],
  ['changes_requested', 'changes-requested'],
  ['commented', 'commented'],
  ['dismissed', 'dismissed'],
] as const);

export const observeReview = (payload: Payload<'ReviewPayload'>): Observation => {
  const { review, pull_request: pull } = payload;
  const state = reviewStates.get(review.state);
  if (state === undefined || typeof review.submitted_at !== 'string') return ignored('REVIEW_NOT_SUBMITTED');
  return {
    kind: 'review',
    ...frameOf(payload),
    number: pull.number,
    review: {
      id: review.id,
      by: review.user,
      state,
      headSha: review.commit_id ?? pull.head.sha,
      body: review.body,
      submittedAt: review.submitted_at,
    },
  };
};

export const observeThread = (payload: Payload<'ThreadPayload'>): Observation => {
  const { thread, pull_request: pull } = payload;
  const [first] = thread.comments;
  const frame = frameOf(payload);
  return {
    kind: 'thread',
    ...frame,
    number: pull.number,
    thread: {
      id: thread.node_id,
      resolved: frame.action === 'resolved',
      path: first?.path ?? '',
      by: first?.user ?? 'ghost',
      body: first?.body ?? '',
    },
  };
};

/** GitHub counts neutral and skipped as passed; everything else that has completed is a failure. */
const PASSED: ReadonlySet<string> = new Set(['success', 'neutral', 'skipped']);

export const observeCheckRun = ({ check_run: run, repository }: Payload<'CheckRunPayload'>): Observation => {
  const conclusion = run.conclusion ?? null;
  const settled = PASSED.has(conclusion ?? '') ? 'passed' : 'failed';
  // The forge also lists pull requests that other repositories opened from the same commit.
  const pulls = (run.pull_requests ?? []).filter((pull) => pull.base.repo.id === repository.id);
  return {
    kind: 'check',
    repo: repository.full_name,
    headSha: run.head_sha,
    pulls: pulls.map((pull) => pull.number),
    check: {
      name: run.name,
      runId: run.id,
      state: run.status === 'completed' ? settled : 'pending',
      conclusion,
      summary: [run.output?.title ?? '', run.output?.summary ?? ''].filter((part) => part !== '').join('\n'),
    },
  };
};

export const observeStatus = (payload: Payload<'StatusPayload'>): Observation => {
  const settled = payload.state === 'success' ? 'passed' : 'failed';
  return {
    kind: 'check',
    repo: payload.repository.full_name,
    headSha: payload.sha,
    pulls: [],
    check: {
      name: payload.context,
      runId: payload.id,
      state: payload.state === 'pending' ? 'pending' : settled,
      conclusion: payload.state === 'pending' ? null : payload.state,
      summary: payload.description,
    },
  };
};

export const observePush = (payload: Payload<'PushPayload'>): Observation => ({
  kind: 'push',
  repo: payload.repository.full_name,
  ref: payload.ref,
  before: payload.before,
  after: payload.after,
  pushedAt: payload.repository.pushed_at,
  actor: payload.sender,
  toDefaultBranch: payload.ref === `refs/heads/${payload.repository.default_branch}`,
});

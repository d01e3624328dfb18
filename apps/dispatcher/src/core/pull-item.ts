import type { EventDataOf, RigEvent } from '@rig/contracts';
import { retryDelay, UNCOUNTED_FAILURES } from '@rig/policy';
import type { LiveTask } from './task-table.js';
import { withRefusal, type Refusals } from './refusals.js';

export type CheckOutcome = 'pending' | 'passed' | 'failed';

interface CommitChecks {
  readonly headSha: string;
  readonly byName: Readonly<Record<string, CheckOutcome>>;
}

interface Verdict {
  readonly reviewId: string;
  readonly by: string;
  readonly headSha: string;
  readonly verdict: 'approved' | 'changes-requested';
}

/** What the dispatcher keeps of one open pull request. */
export interface PullItem {
  readonly subject: string;
  readonly repo: string;
  readonly number: number;
  /** The agent that wrote it; null for a person's. */
  readonly agent: string | null;
  /** The issue it closes. */
  readonly issue: number | null;
  readonly headSha: string;
  readonly draft: boolean;
  readonly open: boolean;
  readonly openedAt: string;
  /** Checks by commit, newest heard of last: a check may be heard of before its commit is the head. */
  readonly checks: readonly CommitChecks[];
  /** Live reviews with a verdict, newest last. (Lists, because a stored object does not keep its order of keys.) */
  readonly reviews: readonly Verdict[];
  /** Reviews that asked for changes so far. */
  readonly rounds: number;
  /** Commit of the last completed review task: its verdict may still be on the way from the forge. */
  readonly reviewedHead: string | null;
  /** Commits for which a fix was completed: the new head may still be on the way from the forge. */
  readonly fixedReviewHead: string | null;
  readonly fixedCiHead: string | null;
  /** Failed or lost attempts at reviews and fixes since the head last moved. */
  readonly failures: number;
  readonly notBefore: number;
  readonly refusals: Refusals;
  readonly position: number;
}

/** Commits whose checks are remembered. */
const COMMITS_KEPT = 5;
/** Reviews that are remembered; people's long discussions must not grow the board without bound. */
const REVIEWS_KEPT = 50;

const opened = (subject: string, data: EventDataOf<'PR_OPENED'>): PullItem => ({
  subject,
  repo: data.repo,
  number: data.number,
  agent: data.agent,
  issue: null,
  headSha: data.headSha,
  draft: data.draft,
  open: true,
  openedAt: data.openedAt,
  checks: [],
  reviews: [],
  rounds: 0,
  reviewedHead: null,
  fixedReviewHead: null,
  fixedCiHead: null,
  failures: 0,
  notBefore: 0,
  refusals: {},
  position: 0,
});

const onForge = (pull: PullItem, event: RigEvent): Partial<PullItem> | undefined => {
  switch (event.type) {
    case 'PR_UPDATED': {
      const { headSha } = event.data;
      return headSha === pull.headSha ? {} : { headSha, failures: 0, notBefore: 0, refusals: {} };
    }
    case 'PR_READY':
      return { draft: false };
    case 'PR_DRAFTED':
      return { draft: true };
    case 'PR_UNBLOCKED':
      return { failures: 0, notBefore: 0, rounds: 0, refusals: {} };
    case 'PR_LINKED':
      return { issue: event.data.issue };
    case 'PR_CLOSED':
    case 'PR_MERGED':
      return { open: false };
    case 'PR_REOPENED':
      return { open: true };
    default:
      return undefined;
  }
};

const onCheck = (pull: PullItem, event: RigEvent): Partial<PullItem> | undefined => {
  if (event.type !== 'CI_STARTED' && event.type !== 'CI_PASSED' && event.type !== 'CI_FAILED') return undefined;
  const { headSha, check } = event.data;
  const outcome: CheckOutcome =
    event.type === 'CI_STARTED' ? 'pending' : event.type === 'CI_PASSED' ? 'passed' : 'failed';
  const known = pull.checks.find((commit) => commit.headSha === headSha);
  const others = pull.checks.filter((commit) => commit !== known);
  const checks = [...others, { headSha, byName: { ...known?.byName, [check]: outcome } }].slice(-COMMITS_KEPT);
  // A run that starts after a fix was handed in for this commit is a new judgement of it.
  const again = outcome === 'pending' && pull.fixedCiHead === headSha;
  return { checks, ...(again ? { fixedCiHead: null } : {}) };
};

const onReview = (pull: PullItem, event: RigEvent): Partial<PullItem> | undefined => {
  switch (event.type) {
    case 'REVIEW_APPROVED':
    case 'REVIEW_CHANGES_REQUESTED': {
      const { reviewId, by, headSha } = event.data;
      const verdict: Verdict['verdict'] = event.type === 'REVIEW_APPROVED' ? 'approved' : 'changes-requested';
      const others = pull.reviews.filter((review) => review.reviewId !== reviewId);
      const reviews: readonly Verdict[] = [...others, { reviewId, by, headSha, verdict }].slice(-REVIEWS_KEPT);
      if (verdict === 'approved') return { reviews };
      const again = pull.fixedReviewHead === headSha;
      return { reviews, rounds: pull.rounds + 1, ...(again ? { fixedReviewHead: null } : {}) };
    }
    case 'REVIEW_DISMISSED': {
      const dismissed = pull.reviews.find((review) => review.reviewId === event.data.reviewId);
      if (dismissed === undefined) return {};
      const reviews = pull.reviews.filter((review) => review !== dismissed);
      return { reviews, ...(dismissed.headSha === pull.reviewedHead ? { reviewedHead: null } : {}) };
    }
    default:
      return undefined;
  }
};

const completed = (data: EventDataOf<'WORK_COMPLETED'>, task: LiveTask | undefined): Partial<PullItem> => {
  const about = task?.headSha ?? null;
  if (data.kind === 'review') return { reviewedHead: data.headSha ?? about, failures: 0 };
  if (data.kind === 'fix-review') return { fixedReviewHead: about, failures: 0 };
  return data.kind === 'fix-ci' ? { fixedCiHead: about, failures: 0 } : {};
};

const onWork = (pull: PullItem, event: RigEvent, at: number, task: LiveTask | undefined): Partial<PullItem> => {
  switch (event.type) {
    case 'REVIEW_ASSIGNED':
    case 'FIX_ASSIGNED':
      return { refusals: {} };
    case 'ATTEMPT_LOST':
      return { failures: pull.failures + 1 };
    case 'WORK_COMPLETED':
      return completed(event.data, task);
    case 'WORK_FAILED': {
      if (UNCOUNTED_FAILURES.includes(event.data.code)) return {};
      const failures = pull.failures + 1;
      return { failures, notBefore: at + retryDelay(failures) };
    }
    case 'FACT_REFUSED':
      return { refusals: withRefusal(pull.refusals, event.data.factType, event.data.code, at) };
    default:
      return {};
  }
};

/**
 * The pull request after one event of its stream.
 * @param at    the event's time, milliseconds since 1970
 * @param task  the live task the event is about, as it was before the event
 */
export const evolvePull = (
  pull: PullItem | undefined,
  event: RigEvent,
  at: number,
  task: LiveTask | undefined,
): PullItem | undefined => {
  const before = pull ?? (event.type === 'PR_OPENED' ? opened(event.subject, event.data) : undefined);
  if (before === undefined) return undefined;
  const change =
    onForge(before, event) ?? onCheck(before, event) ?? onReview(before, event) ?? onWork(before, event, at, task);
  return { ...before, ...change, position: event.position };
};

/** How the head's checks stand: `passed` when there is one at least and every one of them ended well. */
export const headChecks = (pull: PullItem): CheckOutcome => {
  const outcomes = Object.values(pull.checks.find(({ headSha }) => headSha === pull.headSha)?.byName ?? {});
  if (outcomes.includes('failed')) return 'failed';
  return outcomes.length > 0 && outcomes.every((outcome) => outcome === 'passed') ? 'passed' : 'pending';
};

/** The reviewers' verdicts on the head: the latest of each counts. */
export const headVerdict = (pull: PullItem): 'none' | 'approved' | 'changes-requested' => {
  const latest = new Map<string, Verdict['verdict']>();
  for (const { by, headSha, verdict } of pull.reviews) {
    if (headSha === pull.headSha) latest.set(by, verdict);
  }
  if ([...latest.values()].includes('changes-requested')) return 'changes-requested';
  return latest.size > 0 ? 'approved' : 'none';
};

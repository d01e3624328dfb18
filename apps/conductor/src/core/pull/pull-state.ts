import type { GateCheckResult } from '@rig/contracts';
import type { TaskState } from '../task/task-state.js';

export interface CheckState {
  readonly runId: string;
  readonly state: 'pending' | 'passed' | 'failed';
  readonly summary: string;
}

export interface CommitChecks {
  readonly sha: string;
  readonly checks: Readonly<Record<string, CheckState>>;
}

export interface ReviewState {
  readonly by: string;
  readonly state: 'approved' | 'changes-requested' | 'dismissed';
  readonly headSha: string;
  readonly body: string;
  readonly submittedAt: string;
}

export interface ThreadState {
  readonly path: string;
  readonly body: string;
  readonly resolved: boolean;
}

/** Everything decided about one pull request; docs/states/pull-request.md draws its life cycle. */
export interface PullState {
  readonly repo: string;
  readonly number: number;
  /** Version of the pull request's stream. */
  readonly version: number;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly author: string;
  /** The agent that wrote it; null for a person's pull request. */
  readonly agent: string | null;
  readonly issue: number | null;
  readonly headRef: string;
  readonly headSha: string;
  readonly baseRef: string;
  readonly draft: boolean;
  readonly status: 'open' | 'closed' | 'merged';
  readonly openedAt: string;
  readonly updatedAt: string;
  /** Checks of the commits last heard of, oldest first, by name. */
  readonly commits: readonly CommitChecks[];
  /** Reviews with a verdict, by review id. */
  readonly reviews: Readonly<Record<string, ReviewState>>;
  readonly threads: Readonly<Record<string, ThreadState>>;
  /** Reviews that asked for changes: the rounds so far. */
  readonly rounds: number;
  /** Repairs of failing checks that were given out. */
  readonly ciRounds: number;
  /** Ids of reviews without a verdict, the newest only, so that none is taken twice. */
  readonly comments: readonly string[];
  readonly review: TaskState | null;
  readonly fix: TaskState | null;
  /** Review and fix tasks made so far; numbers the next one. */
  readonly tasks: number;
  /** Failed or lost attempts at reviews and fixes since the head last moved. */
  readonly failures: number;
  readonly gate: {
    readonly headSha: string;
    readonly passed: boolean;
    readonly checks: readonly GateCheckResult[];
  } | null;
  /** Head commit for which a merge was requested and not yet answered. */
  readonly merging: string | null;
  /** Merges of this head that the forge refused. */
  readonly mergeFailures: number;
  readonly mergeCommit: string | null;
}

/** Reviews without a verdict that are remembered. */
export const COMMENTS_KEPT = 100;

/** Refused merges of one head after which a person must look. */
export const MAX_MERGE_FAILURES = 5;

/** Commits whose checks are remembered. */
const COMMITS_KEPT = 5;

export const checksOf = (pull: PullState, sha: string): Readonly<Record<string, CheckState>> =>
  pull.commits.find((commit) => commit.sha === sha)?.checks ?? {};

export const withCheck = (pull: PullState, sha: string, name: string, check: CheckState): readonly CommitChecks[] => {
  const others = pull.commits.filter((commit) => commit.sha !== sha).slice(-(COMMITS_KEPT - 1));
  return [...others, { sha, checks: { ...checksOf(pull, sha), [name]: check } }];
};

/** How the checks known for a commit add up. */
export const ciStateOf = (pull: PullState, sha: string): 'none' | 'pending' | 'passed' | 'failed' => {
  const states = Object.values(checksOf(pull, sha)).map((check) => check.state);
  if (states.length === 0) return 'none';
  if (states.includes('failed')) return 'failed';
  return states.includes('pending') ? 'pending' : 'passed';
};

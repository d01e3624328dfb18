/** Rows of reviews and of checks. */

export type ReviewState = 'PENDING' | 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';

export interface Review {
  readonly id: number;
  readonly repoId: number;
  readonly number: number;
  readonly author: string;
  readonly state: ReviewState;
  readonly body: string;
  readonly commitId: string;
  readonly submittedAt: string | null;
  readonly updatedAt: string;
}

export type DiffSide = 'LEFT' | 'RIGHT';

export interface ReviewComment {
  readonly id: number;
  readonly repoId: number;
  readonly number: number;
  readonly reviewId: number;
  readonly threadId: number;
  readonly inReplyTo: number | null;
  readonly author: string;
  readonly body: string;
  readonly path: string;
  /** null once the commented lines are gone (outdated). */
  readonly line: number | null;
  readonly originalLine: number | null;
  readonly startLine: number | null;
  readonly side: DiffSide;
  readonly position: number | null;
  readonly originalPosition: number;
  readonly diffHunk: string;
  readonly commitId: string;
  readonly originalCommitId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ReviewThread {
  readonly id: number;
  readonly repoId: number;
  readonly number: number;
  readonly path: string;
  readonly resolvedBy: string | null;
}

export type CheckStatus = 'queued' | 'in_progress' | 'completed';

export interface CheckOutput {
  readonly title: string | null;
  readonly summary: string | null;
  readonly text: string | null;
}

export interface CheckRun {
  readonly id: number;
  readonly repoId: number;
  readonly suiteId: number;
  readonly appId: number;
  readonly headSha: string;
  readonly name: string;
  readonly status: CheckStatus;
  readonly conclusion: string | null;
  readonly externalId: string;
  readonly detailsUrl: string | null;
  readonly output: CheckOutput;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  /** True for runs that the forge itself carries out. */
  readonly ours: boolean;
}

export interface CheckSuite {
  readonly id: number;
  readonly repoId: number;
  readonly appId: number;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly before: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface CommitStatus {
  readonly id: number;
  readonly repoId: number;
  readonly sha: string;
  readonly context: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: string;
  readonly createdAt: string;
}

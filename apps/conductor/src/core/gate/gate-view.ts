import type { GateCheckResult } from '@rig/contracts';
import type { Pause, RepositoryPolicy } from '@rig/policy';
import type { IssueState } from '../issue/issue-state.js';
import type { PullState } from '../pull/pull-state.js';

/** What the forge said about a pull request, all read at one time, just now. */
export interface GateView {
  readonly pull: {
    readonly title: string;
    readonly body: string;
    readonly labels: readonly string[];
    readonly author: string;
    readonly state: 'open' | 'closed';
    readonly draft: boolean;
    readonly headSha: string;
    readonly mergeable: boolean | null;
    readonly changedFiles: number;
  };
  readonly reviews: readonly {
    readonly by: string;
    readonly state: 'approved' | 'changes-requested' | 'commented' | 'dismissed';
    readonly headSha: string;
    readonly submittedAt: string;
  }[];
  readonly threads: readonly { readonly resolved: boolean; readonly path: string }[];
  readonly checks: readonly { readonly name: string; readonly state: 'pending' | 'passed' | 'failed' }[];
  readonly requiredChecks: readonly string[];
  readonly strict: boolean;
  readonly behindBy: number;
  readonly ownedPaths: readonly { readonly path: string; readonly owners: readonly string[] }[];
}

export interface GateInput {
  readonly view: GateView;
  readonly pull: PullState;
  readonly issue: IssueState | undefined;
  readonly policy: RepositoryPolicy;
  /** The pause of the repository, or of everything. */
  readonly pause: Pause | undefined;
}

/** One check: looks at the input and answers pass, hold with what clears it, or not applicable. */
export type GateCheck = (input: GateInput) => Omit<GateCheckResult, 'check'>;

export const pass = (reason: string): Omit<GateCheckResult, 'check'> => ({ outcome: 'pass', reason, clearedBy: null });
export const hold = (reason: string, clearedBy: string): Omit<GateCheckResult, 'check'> => ({
  outcome: 'hold',
  reason,
  clearedBy,
});
export const notApplicable = (reason: string): Omit<GateCheckResult, 'check'> => ({
  outcome: 'not-applicable',
  reason,
  clearedBy: null,
});

/** The last word of each reviewer, comments left out: GitHub counts the same way. */
export const latestVerdicts = (view: GateView): GateView['reviews'] => {
  const byReviewer = new Map<string, GateView['reviews'][number]>();
  for (const review of [...view.reviews].sort((a, b) => (a.submittedAt < b.submittedAt ? -1 : 1))) {
    if (review.state !== 'commented') byReviewer.set(review.by, review);
  }
  return [...byReviewer.values()];
};

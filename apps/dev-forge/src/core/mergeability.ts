import type { CheckRun, CommitStatus, Protection, Review, Ruleset } from './model.js';

export const openProtection: Protection = {
  requiredChecks: [],
  strict: false,
  approvals: 0,
  codeOwnerReviews: false,
  dismissStale: false,
};

/** What branch protection and all rulesets for a branch ask for together: the stricter of each. */
export const effectiveProtection = (
  own: Protection | undefined,
  rulesets: readonly Ruleset[],
  branch: string,
  defaultBranch: string,
): Protection =>
  [own ?? openProtection, ...rulesFor(rulesets, branch, defaultBranch).map((rules) => rules.protection)].reduce(
    (a, b) => ({
      requiredChecks: [...new Set([...a.requiredChecks, ...b.requiredChecks])],
      strict: a.strict || b.strict,
      approvals: Math.max(a.approvals, b.approvals),
      codeOwnerReviews: a.codeOwnerReviews || b.codeOwnerReviews,
      dismissStale: a.dismissStale || b.dismissStale,
    }),
  );

export const rulesFor = (rulesets: readonly Ruleset[], branch: string, defaultBranch: string): Ruleset[] =>
  rulesets.filter(
    ({ branches }) =>
      branches.includes('~ALL') ||
      branches.includes(branch) ||
      (branch === defaultBranch && branches.includes('~DEFAULT_BRANCH')),
  );

const good = new Set(['success', 'neutral', 'skipped']);

export type CheckState = 'missing' | 'pending' | 'passed' | 'failed';

/** The newest word on one context, from check runs and commit statuses alike. */
export const checkState = (name: string, runs: readonly CheckRun[], statuses: readonly CommitStatus[]): CheckState => {
  const run = runs.filter((row) => row.name === name).sort((a, b) => b.id - a.id)[0];
  const status = statuses.filter((row) => row.context === name).sort((a, b) => b.id - a.id)[0];
  const states: CheckState[] = [];
  if (run !== undefined) {
    states.push(run.status !== 'completed' ? 'pending' : good.has(run.conclusion ?? '') ? 'passed' : 'failed');
  }
  if (status !== undefined) {
    states.push(status.state === 'success' ? 'passed' : status.state === 'pending' ? 'pending' : 'failed');
  }
  for (const state of ['failed', 'pending', 'passed'] as const) if (states.includes(state)) return state;
  return 'missing';
};

/** Each reviewer's latest opinion: comments do not take back an approval, a dismissal does. */
export const opinions = (reviews: readonly Review[]): Map<string, Review> => {
  const latest = new Map<string, Review>();
  for (const review of reviews) {
    if (review.state === 'APPROVED' || review.state === 'CHANGES_REQUESTED') latest.set(review.author, review);
    if (review.state === 'DISMISSED') latest.delete(review.author);
  }
  return latest;
};

export type ReviewDecision = 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null;

export const reviewDecision = (reviews: readonly Review[], required: number): ReviewDecision => {
  const latest = [...opinions(reviews).values()];
  if (latest.some((review) => review.state === 'CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  if (latest.length >= Math.max(1, required)) return 'APPROVED';
  return required > 0 ? 'REVIEW_REQUIRED' : null;
};

export interface MergeFacts {
  readonly open: boolean;
  readonly draft: boolean;
  readonly conflicts: boolean;
  readonly behindBy: number;
  readonly protection: Protection;
  readonly runs: readonly CheckRun[];
  readonly statuses: readonly CommitStatus[];
  readonly reviews: readonly Review[];
  /** Changed paths whose owners have not approved. */
  readonly unapprovedOwnedPaths: readonly string[];
}

/** Why a pull request may not be merged now, in GitHub's words; undefined if it may. */
export const mergeObstacle = (facts: MergeFacts): string | undefined => {
  if (!facts.open) return 'Pull Request is not mergeable';
  if (facts.draft) return 'Pull Request is still a draft';
  if (facts.conflicts) return 'Pull Request is not mergeable';
  return ruleObstacle(facts) ?? (isStale(facts) ? 'Head branch is out of date with the base branch.' : undefined);
};

const isStale = ({ protection, behindBy }: MergeFacts): boolean => protection.strict && behindBy > 0;

const ruleObstacle = (facts: MergeFacts): string | undefined => {
  const { protection, runs, statuses, reviews } = facts;
  const states = protection.requiredChecks.map((name) => ({ name, state: checkState(name, runs, statuses) }));
  const bad = states.filter(({ state }) => state !== 'passed');
  const [first] = bad;
  if (bad.length > 1) return `${bad.length} of ${states.length} required status checks have not succeeded.`;
  if (first !== undefined) {
    const words = { missing: 'expected', pending: 'in progress', failed: 'failing', passed: 'passing' };
    return `Required status check "${first.name}" is ${words[first.state]}.`;
  }
  const decision = reviewDecision(reviews, protection.approvals);
  if (protection.approvals > 0 && decision !== 'APPROVED') {
    return decision === 'CHANGES_REQUESTED'
      ? 'Changes have been requested on this pull request.'
      : `At least ${protection.approvals} approving review is required by reviewers with write access.`;
  }
  if (protection.codeOwnerReviews && facts.unapprovedOwnedPaths.length > 0) return 'Waiting on code owner review.';
  return undefined;
};

export type MergeableState = 'clean' | 'dirty' | 'draft' | 'blocked' | 'behind' | 'unstable' | 'unknown';

export const mergeableState = (facts: MergeFacts): MergeableState => {
  if (!facts.open) return 'unknown';
  if (facts.conflicts) return 'dirty';
  if (facts.draft) return 'draft';
  if (isStale(facts)) return 'behind';
  if (ruleObstacle(facts) !== undefined) return 'blocked';
  const names = new Set([...facts.runs.map((run) => run.name), ...facts.statuses.map((status) => status.context)]);
  const unstable = [...names].some((name) => checkState(name, facts.runs, facts.statuses) !== 'passed');
  return unstable ? 'unstable' : 'clean';
};

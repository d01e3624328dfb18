import type { GateCheckName, GateCheckResult } from '@rig/contracts';
import { checkAcceptance } from './check-acceptance.js';
import { checkApproval } from './check-approval.js';
import { checkClosesIssue } from './check-closes-issue.js';
import { checkCodeowners } from './check-codeowners.js';
import { checkDiff } from './check-diff.js';
import { checkDraft } from './check-draft.js';
import { checkManualMerge } from './check-manual-merge.js';
import { checkMergeable } from './check-mergeable.js';
import { checkOpen } from './check-open.js';
import { checkPause } from './check-pause.js';
import { checkRequiredChecks } from './check-required-checks.js';
import { checkReviewRounds } from './check-review-rounds.js';
import { checkThreads } from './check-threads.js';
import { checkTitleAndBody } from './check-title-and-body.js';
import type { GateCheck, GateInput } from './gate-view.js';

/** The type demands a function for every check that the contract names. */
const gateChecks: Readonly<Record<GateCheckName, GateCheck>> = {
  open: checkOpen,
  pause: checkPause,
  draft: checkDraft,
  'manual-merge': checkManualMerge,
  diff: checkDiff,
  'title-and-body': checkTitleAndBody,
  'closes-issue': checkClosesIssue,
  'required-checks': checkRequiredChecks,
  approval: checkApproval,
  threads: checkThreads,
  codeowners: checkCodeowners,
  'review-rounds': checkReviewRounds,
  mergeable: checkMergeable,
  acceptance: checkAcceptance,
};

export interface GateVerdict {
  readonly passed: boolean;
  readonly checks: readonly GateCheckResult[];
}

/** Evaluates every check, so that a person sees all that is missing at once. */
export const evaluateGate = (input: GateInput): GateVerdict => {
  const checks = (Object.entries(gateChecks) as [GateCheckName, GateCheck][]).map(([check, evaluate]) => ({
    check,
    ...evaluate(input),
  }));
  return { passed: checks.every((result) => result.outcome !== 'hold'), checks };
};

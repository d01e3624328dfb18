import { AgentPaused } from './agent-paused.js';
import { AgentResumed } from './agent-resumed.js';
import { AttemptLost } from './attempt-lost.js';
import { AttemptStarted } from './attempt-started.js';
import { CiFailed } from './ci-failed.js';
import { CiPassed } from './ci-passed.js';
import { CiStarted } from './ci-started.js';
import { DeadLetterDropped } from './dead-letter-dropped.js';
import { DeadLetterRedriven } from './dead-letter-redriven.js';
import { FactRefused } from './fact-refused.js';
import { FixAssigned } from './fix-assigned.js';
import { FixUnassigned } from './fix-unassigned.js';
import { GuardBlocked } from './guard-blocked.js';
import { GuardSpike } from './guard-spike.js';
import { IssueApprovalWithdrawn } from './issue-approval-withdrawn.js';
import { IssueApproved } from './issue-approved.js';
import { IssueAssigned } from './issue-assigned.js';
import { IssueBlocked } from './issue-blocked.js';
import { IssueClosed } from './issue-closed.js';
import { IssueDeferred } from './issue-deferred.js';
import { IssueDone } from './issue-done.js';
import { IssueEdited } from './issue-edited.js';
import { IssueOpened } from './issue-opened.js';
import { IssuePrioritised } from './issue-prioritised.js';
import { IssueReopened } from './issue-reopened.js';
import { IssueUnassigned } from './issue-unassigned.js';
import { IssueUnblocked } from './issue-unblocked.js';
import { MergeFailed } from './merge-failed.js';
import { MergeGateHeld } from './merge-gate-held.js';
import { MergeGatePassed } from './merge-gate-passed.js';
import { MergeRequested } from './merge-requested.js';
import { PrClosed } from './pr-closed.js';
import { PrDrafted } from './pr-drafted.js';
import { PrLinked } from './pr-linked.js';
import { PrMerged } from './pr-merged.js';
import { PrOpened } from './pr-opened.js';
import { PrReady } from './pr-ready.js';
import { PrReopened } from './pr-reopened.js';
import { PrUnblocked } from './pr-unblocked.js';
import { PrUpdated } from './pr-updated.js';
import { Pushed } from './pushed.js';
import { RepositoryPaused } from './repository-paused.js';
import { RepositoryResumed } from './repository-resumed.js';
import { ReviewApproved } from './review-approved.js';
import { ReviewAssigned } from './review-assigned.js';
import { ReviewChangesRequested } from './review-changes-requested.js';
import { ReviewCommented } from './review-commented.js';
import { ReviewDismissed } from './review-dismissed.js';
import { ReviewThreadOpened } from './review-thread-opened.js';
import { ReviewThreadResolved } from './review-thread-resolved.js';
import { ReviewUnassigned } from './review-unassigned.js';
import { RigPaused } from './rig-paused.js';
import { RigResumed } from './rig-resumed.js';
import { WorkCompleted } from './work-completed.js';
import { WorkFailed } from './work-failed.js';
import { WorkProgressed } from './work-progressed.js';
import { WorkReportRefused } from './work-report-refused.js';

/** Every event that something in this tree produces. */
export const eventDefinitions = [
  IssueOpened,
  IssueEdited,
  IssueApproved,
  IssueApprovalWithdrawn,
  IssuePrioritised,
  IssueBlocked,
  IssueUnblocked,
  IssueAssigned,
  IssueUnassigned,
  IssueDeferred,
  IssueDone,
  IssueClosed,
  IssueReopened,
  AttemptStarted,
  AttemptLost,
  WorkProgressed,
  WorkCompleted,
  WorkFailed,
  WorkReportRefused,
  FactRefused,
  PrOpened,
  PrUpdated,
  PrReady,
  PrDrafted,
  PrClosed,
  PrReopened,
  PrMerged,
  PrLinked,
  PrUnblocked,
  CiStarted,
  CiPassed,
  CiFailed,
  ReviewAssigned,
  ReviewUnassigned,
  FixAssigned,
  FixUnassigned,
  ReviewApproved,
  ReviewChangesRequested,
  ReviewCommented,
  ReviewDismissed,
  ReviewThreadOpened,
  ReviewThreadResolved,
  MergeGatePassed,
  MergeGateHeld,
  MergeRequested,
  MergeFailed,
  Pushed,
  AgentPaused,
  AgentResumed,
  RepositoryPaused,
  RepositoryResumed,
  RigPaused,
  RigResumed,
  GuardBlocked,
  GuardSpike,
  DeadLetterRedriven,
  DeadLetterDropped,
] as const;

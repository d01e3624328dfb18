import type { EventStore } from '@rig/event-store';
import type { Forge, TokenMinter } from '@rig/forge';
import type { Inbox } from '@rig/inbox';
import type { Clock, Logger } from '@rig/kernel';
import type { AgentsFile, Pauses, RepositoryPolicy } from '@rig/policy';
import { leaseKey, type Assignment } from '@rig/contracts';
import type { StreamBus } from '@rig/stream-bus';
import { normaliseDelivery } from '../core/github/normalise-delivery.js';
import type { PullState } from '../core/pull/pull-state.js';
import type { TaskRow } from '../core/task/task-row.js';
import { createAssignTask, type AssignTask } from './assign-task.js';
import { createCheckFence } from './check-fence.js';
import { createClaimIssues } from './claim-issues.js';
import { createClaimNext } from './claim-next.js';
import type { ClaimReads } from './claim-reads.js';
import { createClaimReviews } from './claim-reviews.js';
import { createCommitDecision } from './commit-decision.js';
import { createDecideDelivery } from './decide-delivery.js';
import { createDecideFact } from './decide-fact.js';
import { createDecideInboxEntry } from './decide-inbox-entry.js';
import { createDescribeTask, toAssignment, type DescribeTask } from './describe-task.js';
import { createEvaluateMerge } from './evaluate-merge.js';
import type { ReadGuardReports } from './guard-reports.js';
import { createLoadWorld } from './load-world.js';
import { createMintTaskToken, type TokenLedger } from './mint-task-token.js';
import { createObserveCheck } from './observe-check.js';
import { createObserveIssue } from './observe-issue.js';
import { createObservePull } from './observe-pull.js';
import { createObservePush } from './observe-push.js';
import { createObserveReview } from './observe-review.js';
import { createPausesInForce, type PausesInForce } from './pauses-in-force.js';
import { createPeopleFlows } from './create-people-flows.js';
import { createPerformMerge } from './perform-merge.js';
import { createRenewLease } from './renew-lease.js';
import { createReportBlocked } from './report-blocked.js';
import { createRequestOutbound, type OutboundJob } from './request-outbound.js';
import { createTakeLease } from './take-lease.js';
import { createStartAttempt, LEASE_MS, type LeaseOf } from './start-attempt.js';
import { createReadGateView, createTrustReviewer } from './trust-reviewer.js';
import { createTaskContext } from './task-context.js';

export interface FlowDeps {
  readonly store: EventStore;
  readonly bus: StreamBus;
  readonly forge: Forge;
  readonly minter: TokenMinter;
  readonly ledger: TokenLedger;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly apiUrl: string;
  readonly gitUrl: string;
  policyFor(repo: string): RepositoryPolicy;
  agents(): AgentsFile;
  readonly inbox: Inbox;
  enqueue(job: OutboundJob): Promise<void>;
  readonly readModels: ClaimReads &
    ReadGuardReports & {
      liveTasks(agent?: string): Promise<readonly TaskRow[]>;
      openPulls(): Promise<readonly PullState[]>;
      pullsByHead(repo: string, sha: string): Promise<readonly number[]>;
      pauses(): Promise<Pauses>;
    };
}

const decisions = (deps: FlowDeps, pauses: PausesInForce) => {
  const { store, clock, forge, policyFor, readModels } = deps;
  const commit = createCommitDecision({ store, clock });
  const load = createLoadWorld(store);
  const observe = { commit, load, forge, policyFor };
  const observePull = createObservePull(observe);
  const assign = createAssignTask({ clock, commit, load, policyFor, recentPauses: pauses.recent });
  const findTask = createTaskContext(store, load);
  const trusted = createTrustReviewer(deps);
  const observeReview = createObserveReview({ ...observe, observePull, trusted });
  const observeIssue = createObserveIssue(observe);
  const decideDelivery = createDecideDelivery({
    normalise: normaliseDelivery,
    observeIssue,
    observePull,
    observeReview,
    observeCheck: createObserveCheck({ commit, load, policyFor, pullsByHead: readModels.pullsByHead }),
    observePush: createObservePush({ commit, store }),
  });
  const decideFact = createDecideFact({ ...deps, commit, load, findTask, assign });
  const decideInboxEntry = createDecideInboxEntry({ inbox: deps.inbox, decideDelivery, decideFact });
  const readGateView = createReadGateView(forge, trusted);
  return {
    commit,
    load,
    readGateView,
    observeIssue,
    observePull,
    observeReview,
    assign,
    findTask,
    decideFact,
    decideInboxEntry,
  };
};

const attempts = (deps: FlowDeps, { commit, findTask }: ReturnType<typeof decisions>, pauses: PausesInForce) => {
  const { bus, minter, ledger, apiUrl, gitUrl, logger } = deps;
  const checkFence = createCheckFence(findTask);
  const openLease = async ({ taskId, agent }: LeaseOf, fence: number, owner: string): Promise<void> => {
    await bus.renewLease({ key: leaseKey(taskId, agent), fence, owner, ttlMs: LEASE_MS }).catch((error: unknown) => {
      // The log has the attempt; the worker renews the lease in a few seconds.
      logger.log('warn', 'a lease could not be opened', { taskId, fence, error });
    });
  };
  return {
    startAttempt: createStartAttempt({
      commit,
      findTask,
      openLease,
      leaseIsLive: async ({ taskId, agent }) => {
        const lease = await bus.readLease(leaseKey(taskId, agent)).catch(() => 'unseen' as const);
        return lease !== undefined;
      },
      defaultBranch: deps.forge.defaultBranch,
      maxAttemptsIn: (repo) => deps.policyFor(repo).maxAttempts,
      pauses: pauses.now,
      recentPauses: pauses.recent,
    }),
    mintTaskToken: createMintTaskToken({ minter, checkFence, apiUrl, gitUrl, ledger }),
    renewLease: createRenewLease({ checkFence, openLease }),
  };
};

const claims = (deps: FlowDeps, assign: AssignTask, describeTask: DescribeTask) => {
  const { clock, policyFor, readModels: reads } = deps;
  const describe = async (taskId: string): Promise<Assignment | undefined> => {
    const description = await describeTask(taskId);
    return description && toAssignment(description);
  };
  return createClaimNext({
    clock,
    reads,
    describe,
    claimIssues: createClaimIssues({ assign, clock, reads, policyFor }),
    claimReviews: createClaimReviews({ assign, clock, reads, describe }),
  });
};

/** Every verb of the conductor, wired. */
export const createFlows = (deps: FlowDeps) => {
  const { store, forge, minter, policyFor, readModels } = deps;
  const pauses = createPausesInForce(readModels.pauses, deps.clock);
  const decided = decisions(deps, pauses);
  const running = attempts(deps, decided, pauses);
  const { commit, load, readGateView, observePull } = decided;
  const describe = createDescribeTask(store);
  return {
    ...decided,
    ...running,
    describe,
    claimNext: claims(deps, decided.assign, describe),
    evaluateMerge: createEvaluateMerge({ commit, load, forge, readGateView, policyFor, pauses: readModels.pauses }),
    performMerge: createPerformMerge({
      readGateView,
      commit,
      load,
      forge,
      observePull,
      policyFor,
      pauses: readModels.pauses,
    }),
    reportBlocked: createReportBlocked(forge),
    requestOutbound: createRequestOutbound({
      enqueue: deps.enqueue,
      ledger: deps.ledger,
      minter,
      takeLease: createTakeLease(deps.bus),
    }),
    ...createPeopleFlows({ ...deps, pauses }, decided),
  };
};

export type Flows = ReturnType<typeof createFlows>;

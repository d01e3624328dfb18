import type { EventStore } from '@rig/event-store';
import type { Clock } from '@rig/kernel';
import type { AgentsFile, RepositoryPolicy } from '@rig/policy';
import type { StreamBus } from '@rig/stream-bus';
import type { TaskRow } from '../core/task/task-row.js';
import type { ClaimReads } from './claim-reads.js';
import type { CommitDecision } from './commit-decision.js';
import { createDeadLetters } from './dead-letters.js';
import { createExplainIssue } from './explain-issue.js';
import type { ReadGuardReports } from './guard-reports.js';
import { createReadTimeline } from './read-timeline.js';
import { createStateAt } from './state-at.js';
import type { PausesInForce } from './pauses-in-force.js';
import { createSteerPauses } from './steer-pauses.js';
import type { FindTask } from './task-context.js';
import { createVerifyReplay } from './verify-replay.js';

export interface PeopleFlowDeps {
  readonly store: EventStore;
  readonly bus: StreamBus;
  readonly clock: Clock;
  policyFor(repo: string): RepositoryPolicy;
  agents(): AgentsFile;
  readonly readModels: Pick<ReadGuardReports, 'guardReportsOn'> &
    Pick<ClaimReads, 'standings' | 'givenInRepository'> & {
      liveTasks(agent?: string): Promise<readonly TaskRow[]>;
    };
  readonly pauses: PausesInForce;
}

/** What people ask of the conductor, and what they may steer. */
export const createPeopleFlows = (
  deps: PeopleFlowDeps,
  { commit, findTask }: { readonly commit: CommitDecision; readonly findTask: FindTask },
) => {
  const { store, bus, clock, readModels, agents, policyFor } = deps;
  const { now: pauses, changed: pausesChanged } = deps.pauses;
  const liveTasks = (): Promise<readonly TaskRow[]> => readModels.liveTasks();
  return {
    readTimeline: createReadTimeline({ store, guardReportsOn: readModels.guardReportsOn }),
    explainIssue: createExplainIssue({ store, clock, policyFor, agents, reads: readModels }),
    verifyReplay: createVerifyReplay({ store, now: clock.now }),
    stateAt: createStateAt(store),
    deadLetters: createDeadLetters({ store, bus, commit }),
    steerPauses: createSteerPauses({ store, commit, findTask, clock, agents, pauses, pausesChanged, liveTasks }),
  };
};

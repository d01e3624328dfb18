import type { TaskBrief, Worker } from '@rig/contracts';
import { accept, derivedId, faultPoint, refuse, type Refusal, type Result } from '@rig/kernel';
import { pauseFor, pauseSentence, resumeCommand, type Pause, type Pauses } from '@rig/policy';
import type { World } from '../core/decision.js';
import { checksOf, type PullState } from '../core/pull/pull-state.js';
import { decideStart } from '../core/task/decide-start.js';
import { findTask, taskGone } from '../core/task/task-rules.js';
import type { TaskRow } from '../core/task/task-row.js';
import { pauseGuard } from './assign-task.js';
import type { CommitDecision } from './commit-decision.js';
import type { FindTask } from './task-context.js';

/** A lease ends this long after its last renewal, in milliseconds: three missed renewals of 5 s. */
export const LEASE_MS = 15_000;

/** What a lease is named by: only the agent's own workers may touch it. */
export type LeaseOf = Pick<TaskRow, 'taskId' | 'agent'>;

export interface StartAttemptDeps {
  readonly commit: CommitDecision;
  readonly findTask: FindTask;
  /** Opens the lease of the attempt; a failure is tolerated, since the worker renews soon. */
  openLease(of: LeaseOf, fence: number, owner: string): Promise<void>;
  /** Attempts that a repository's policy allows. */
  maxAttemptsIn(repo: string): number;
  /** Whether the lease of the task's running attempt is renewed; true when that cannot be seen. */
  leaseIsLive(of: LeaseOf): Promise<boolean>;
  defaultBranch(repo: string, how: 'now' | 'recent'): Promise<string>;
  /** Pauses in force, and as they were a moment ago: the append looks again. */
  pauses(): Promise<Pauses>;
  recentPauses(): Promise<Pauses>;
}

export interface StartInput {
  readonly taskId: string;
  readonly agentId: string;
  readonly worker: Worker;
}

const feedbackOf = (row: TaskRow, pull: PullState | undefined): TaskBrief['feedback'] => {
  if (pull === undefined) return [];
  if (row.kind === 'fix-ci') {
    return Object.entries(checksOf(pull, pull.headSha))
      .filter(([, check]) => check.state === 'failed')
      .map(([name, check]) => ({ source: `check ${name}`, text: check.summary }));
  }
  const asked = Object.values(pull.reviews)
    .filter((review) => review.state === 'changes-requested' && review.headSha === pull.headSha)
    .map((review) => ({ source: `review by ${review.by}`, text: review.body }));
  const threads = Object.entries(pull.threads)
    .filter(([, thread]) => !thread.resolved)
    .map(([id, thread]) => ({ source: `thread ${id} on ${thread.path}`, text: thread.body }));
  return [...asked, ...threads];
};

const pullBrief = (pull: PullState): NonNullable<TaskBrief['pull']> => ({
  number: pull.number,
  title: pull.title,
  body: pull.body,
  headSha: pull.headSha,
  baseRef: pull.baseRef,
  round: pull.rounds,
});

const briefOf = (row: TaskRow, world: World, defaultBranch: string): TaskBrief | undefined => {
  const task = findTask(world, row.taskId);
  if (task === undefined || task.fence === null) return undefined;
  const { issue, pull } = world;
  const branch = row.kind === 'implement' ? (issue?.branch ?? undefined) : pull?.headRef;
  if (branch === undefined) return undefined;
  return {
    taskId: row.taskId,
    kind: row.kind,
    agent: row.agent,
    attempt: task.attempts,
    fence: task.fence,
    leaseMs: LEASE_MS,
    repo: row.repo,
    defaultBranch,
    tier: row.tier,
    issue: issue === undefined ? null : { number: issue.number, title: issue.title, body: issue.body },
    branch,
    pull: pull === undefined ? null : pullBrief(pull),
    feedback: feedbackOf(row, pull),
  };
};

const pausedRefusal = (pause: Pause): Refusal => ({
  code: 'PAUSED',
  message: pauseSentence(pause),
  fix: `Try again later: it goes on after \`${resumeCommand(pause)}\`.`,
});

/**
 * Starts an attempt: commits ATTEMPT_STARTED, whose position is the fence, and tells the worker all it needs.
 * Refusals: TASK_GONE, NOT_YOURS, ATTEMPT_LIVE, PAUSED.
 */
export const createStartAttempt =
  ({ commit, findTask: find, openLease, leaseIsLive, defaultBranch, maxAttemptsIn, ...deps }: StartAttemptDeps) =>
  async ({ taskId, agentId, worker }: StartInput): Promise<Result<TaskBrief, Refusal>> => {
    const context = await find(taskId);
    if (context === undefined) return taskGone(taskId);
    const { row } = context;
    // It hardly ever changes; but when it was renamed, an attempt that failed over the old name shall not do so again.
    const branch = await defaultBranch(row.repo, row.attempt === 0 ? 'recent' : 'now');
    const leaseLive = row.fence === null || (await leaseIsLive(row));
    const maxAttempts = maxAttemptsIn(row.repo);
    const pause = pauseFor(await deps.recentPauses(), row.repo, agentId);
    const outcome = await commit({
      cause: {
        id: derivedId('start', taskId, worker.name, worker.incarnation, row.fence ?? 0, row.attempt),
        actor: { kind: 'agent', id: agentId },
      },
      quick: true,
      load: context.load,
      decide: (world) => {
        const decision = decideStart(world, { taskId, agentId, worker, leaseLive, maxAttempts });
        const begins = decision.ok && decision.value.length > 0;
        return begins && pause !== undefined ? refuse(pausedRefusal(pause)) : decision;
      },
      guards: () => [pauseGuard(row.repo, agentId)],
    });
    if (outcome.status === 'refused') {
      const now = outcome.refusal.code === 'NOT_PAUSED' ? pauseFor(await deps.pauses(), row.repo, agentId) : undefined;
      return refuse(now === undefined ? outcome.refusal : pausedRefusal(now));
    }
    // What was just written here is remembered here; what another conductor had written before may not be.
    const world = await context.load(outcome.status === 'committed' ? 'quick' : 'sure');
    const brief = briefOf(row, world, branch);
    const mine = findTask(world, taskId)?.worker;
    if (brief === undefined || mine?.name !== worker.name || mine.incarnation !== worker.incarnation)
      return taskGone(taskId);
    faultPoint('attempt.committed');
    await openLease(row, brief.fence, `${worker.name}/${worker.incarnation}`);
    return accept(brief);
  };

export type StartAttempt = ReturnType<typeof createStartAttempt>;

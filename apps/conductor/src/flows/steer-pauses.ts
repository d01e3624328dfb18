import type { Actor, PauseTarget } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import { accept, derivedId, refuse, uuidv7, type Clock, type Refusal, type Result } from '@rig/kernel';
import { findAgent, pauseFor, pauseSentence, type AgentsFile, type Pause, type Pauses } from '@rig/policy';
import { decidePause, decideResume, subjectOfScope } from '../core/pause/decide-pause.js';
import { decideUnassign } from '../core/task/decide-unassign.js';
import type { TaskRow } from '../core/task/task-row.js';
import type { Decision } from '../core/decision.js';
import type { CommitDecision } from './commit-decision.js';
import { pauses, repositories, streams } from './projections.js';
import type { FindTask } from './task-context.js';

export interface SteerPausesDeps {
  readonly store: EventStore;
  readonly commit: CommitDecision;
  readonly findTask: FindTask;
  readonly clock: Clock;
  agents(): AgentsFile;
  pauses(): Promise<Pauses>;
  /** Told when a pause was made or ended here. */
  pausesChanged(): void;
  /** Every live task. */
  liveTasks(): Promise<readonly TaskRow[]>;
}

export interface PauseReport {
  /** Log stream of what was paused or let go on. */
  readonly subject: string;
  readonly paused: boolean;
  /** False: it was so already, and nothing was written. */
  readonly changed: boolean;
  readonly position: number | null;
  /** Tasks taken back just now. */
  readonly stopped: number;
  /** Tasks in its scope that go on. */
  readonly running: number;
}

const CONDUCTOR: Actor = { kind: 'service', id: 'conductor' };

const inScope = (target: PauseTarget, row: TaskRow): boolean =>
  target.scope === 'all' || (target.scope === 'agent' ? row.agent === target.id : row.repo === target.id);

/**
 * Takes back every task that a stopping pause in force covers. Level-triggered: what a conductor that died in the middle
 * left over is taken back by the next pass. Resolves to the number of tasks taken back.
 */
export const createStopPaused =
  ({
    commit,
    findTask,
    pauses: inForce,
    liveTasks,
  }: Omit<SteerPausesDeps, 'store' | 'clock' | 'agents' | 'pausesChanged'>) =>
  async (): Promise<number> => {
    const all = await inForce();
    const stopping = Object.fromEntries(Object.entries(all).filter(([, pause]) => pause.stopRunning));
    if (Object.keys(stopping).length === 0) return 0;
    let stopped = 0;
    for (const row of await liveTasks()) {
      const pause = pauseFor(stopping, row.repo, row.agent);
      const context = pause && (await findTask(row.taskId));
      if (pause === undefined || context === undefined) continue;
      const outcome = await commit({
        cause: { id: derivedId('pause', pause.subject, pause.position, row.taskId), actor: CONDUCTOR },
        load: context.load,
        decide: (world) => decideUnassign(world, row.taskId, 'PAUSED', pauseSentence(pause)),
      });
      if (outcome.status === 'committed' && outcome.events.length > 0) stopped += 1;
    }
    return stopped;
  };

/** Commits a change of one pause; resolves to its position, or null where nothing changed. */
const createChange =
  ({ store, commit, clock, pausesChanged }: SteerPausesDeps) =>
  async (
    target: PauseTarget,
    actor: Actor,
    decide: (current: Pause | undefined) => Decision,
  ): Promise<number | null> => {
    const subject = subjectOfScope(target);
    let current: Pause | undefined;
    const outcome = await commit({
      cause: { id: uuidv7(clock.now()), actor },
      load: async () => {
        // The version first: a pause that came meanwhile then makes a conflict, not a wrong decision.
        const row = await store.load(target.scope === 'repo' ? repositories : streams, subject);
        current = await store.load(pauses, subject);
        return { versions: new Map([[subject, row?.version ?? 0]]) };
      },
      decide: () => decide(current),
    });
    pausesChanged();
    return outcome.status === 'committed' ? (outcome.events[0]?.position ?? null) : null;
  };

/** Pauses agents, repositories or everything, and lets them go on; who did it stands in the log as the actor. */
export const createSteerPauses = (deps: SteerPausesDeps) => {
  const change = createChange(deps);
  const stopPaused = createStopPaused(deps);

  const unknown = (target: PauseTarget): Refusal | undefined =>
    target.scope === 'agent' && findAgent(deps.agents(), target.id) === undefined
      ? {
          code: 'AGENT_UNKNOWN',
          message: `no agent ${target.id} in rig.agents.yaml`,
          fix: '`rig status` lists the agents.',
        }
      : undefined;

  const report = async (target: PauseTarget, paused: boolean, position: number | null): Promise<PauseReport> => {
    const stopped = paused ? await stopPaused() : 0;
    const running = (await deps.liveTasks()).filter((row) => inScope(target, row)).length;
    return { subject: subjectOfScope(target), paused, changed: position !== null, position, stopped, running };
  };

  return {
    pause: async (
      target: PauseTarget,
      wish: { readonly reason: string; readonly stopRunning: boolean },
      actor: Actor,
    ): Promise<Result<PauseReport, Refusal>> => {
      const refusal = unknown(target);
      if (refusal !== undefined) return refuse(refusal);
      const position = await change(target, actor, (current) => decidePause(current, target, wish));
      return accept(await report(target, true, position));
    },
    /** An agent that was taken out of the configuration while paused may still be let go on. */
    resume: async (target: PauseTarget, actor: Actor): Promise<Result<PauseReport, Refusal>> => {
      const position = await change(target, actor, (current) => decideResume(current, target));
      return accept(await report(target, false, position));
    },
    stopPaused,
  };
};

export type SteerPauses = ReturnType<typeof createSteerPauses>;

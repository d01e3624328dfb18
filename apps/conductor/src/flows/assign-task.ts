import { agentSubject, repoSubject, RIG_SUBJECT, type TaskKind } from '@rig/contracts';
import { isoTime, refuse, type Clock, type Refusal } from '@rig/kernel';
import type { AgentConfig, Pauses, Recent, RepositoryPolicy } from '@rig/policy';
import type { StoreCall } from '@rig/event-store';
import type { Decision, World } from '../core/decision.js';
import { decideAssign } from '../core/task/decide-assign.js';
import type { Cause, CommitDecision, CommitOutcome, Reading } from './commit-decision.js';
import type { LoadWorld, VersionedWorld } from './load-world.js';

export interface AssignTaskDeps {
  readonly commit: CommitDecision;
  readonly load: LoadWorld;
  policyFor(repo: string): RepositoryPolicy;
  /** As they were a moment ago: the append looks again. */
  recentPauses(): Promise<Pauses>;
  readonly clock: Clock;
}

export interface Known {
  readonly world?: VersionedWorld;
  /** Tasks the agent holds. */
  readonly held: number;
  /** Where the rates are asked of the assignment itself. */
  readonly recent?: Recent;
  readonly pauses: Pauses;
}

export interface AssignTaskInput {
  readonly cause: Cause;
  readonly repo: string;
  /** Number of the issue for an implement task, of the pull request otherwise. */
  readonly number: number;
  readonly kind: TaskKind;
  readonly agent: AgentConfig;
  readonly headSha: string | null;
  readonly instance?: string | undefined;
  /** What was read already, a moment ago; whatever has changed since is found by the append. */
  readonly known?: Known;
  /** Turns a refusal into what is committed instead; by default nothing is. */
  readonly onRefusal?: (world: World, decision: Decision) => Decision;
}

/** Slots are checked again under the append lock: an issue's version guards the issue, not its agent. */
export const slotGuard = (agent: AgentConfig): StoreCall => ({
  name: 'agent_has_slot',
  args: { agent: agent.id, slots: agent.slots },
  // A slot that is given back in the same transaction counts from the next one on.
  restsOn: { subjects: [], uses: [`slot of ${agent.id}`] },
});

/** Pauses are looked at again under the append lock: a task must not slip past one. */
export const pauseGuard = (repo: string, agent: string): StoreCall => {
  const subjects = [RIG_SUBJECT, repoSubject(repo), agentSubject(agent)];
  return { name: 'not_paused', args: { subjects }, restsOn: { subjects, uses: [] } };
};

/** A refusal of the append in the words of the rule that it kept. */
const explained = (agent: AgentConfig, refusal: Refusal): Refusal => {
  switch (refusal.code) {
    case 'AGENT_HAS_SLOT':
      return { code: 'NO_FREE_SLOT', message: `${agent.id} holds ${agent.slots} of ${agent.slots} tasks` };
    case 'NOT_PAUSED':
      return { code: 'PAUSED', message: 'it was paused a moment ago' };
    default:
      return refusal;
  }
};

/** Commits an assignment, whoever asked for it: the dispatcher by a fact, an agent by a claim. */
export const createAssignTask =
  ({ commit, load, policyFor, recentPauses, clock }: AssignTaskDeps) =>
  async (input: AssignTaskInput): Promise<CommitOutcome> => {
    const { cause, repo, number, kind, agent, headSha, instance } = input;
    const policy = policyFor(repo);
    const { known } = input;
    // What was known of the world is good for one try.
    let world = known?.world;
    const read = (how: Reading): Promise<VersionedWorld> =>
      kind === 'implement' ? load.issue(repo, number, how) : load.pull(repo, number, undefined, how);
    const inForce = known?.pauses ?? (await recentPauses());
    return commit({
      cause,
      quick: true,
      load: async (how) => {
        const loaded = world ?? (await read(how));
        world = undefined;
        return loaded;
      },
      decide: (world) => {
        const decision = decideAssign(world, {
          kind,
          agent,
          policy,
          // Who proposes keeps count, and the append counts again.
          inFlight: known?.held ?? 0,
          pauses: inForce,
          recent: known?.recent,
          headSha,
          instance,
          now: isoTime(clock.now()),
        });
        return decision.ok ? decision : (input.onRefusal?.(world, decision) ?? decision);
      },
      whenGuarded: (world, refusal) => {
        const refused = refuse(explained(agent, refusal));
        return input.onRefusal?.(world, refused) ?? refused;
      },
      guards: (proposed) =>
        proposed.some(({ body }) => body.type.endsWith('_ASSIGNED'))
          ? [slotGuard(agent), pauseGuard(repo, agent.id)]
          : [],
    });
  };

export type AssignTask = ReturnType<typeof createAssignTask>;

import { agentSubject, type Fact } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import { accept, isoTime, type Clock } from '@rig/kernel';
import { findAgent, type AgentsFile } from '@rig/policy';
import type { Decision } from '../core/decision.js';
import { decideBlock, decideSpike } from '../core/guard/decide-guard-report.js';
import type { Cause, CommitDecision, CommitOutcome } from './commit-decision.js';
import { streams } from './projections.js';
import type { FindTask } from './task-context.js';

export type GuardFact = Fact & { readonly type: 'GUARD_BLOCKED' | 'GUARD_SPIKE' };

export interface DecideGuardFactDeps {
  readonly store: Pick<EventStore, 'load'>;
  readonly commit: CommitDecision;
  readonly findTask: FindTask;
  readonly clock: Pick<Clock, 'now'>;
  agents(): AgentsFile;
}

const agentOf = ({ actor, data }: GuardFact): string => (actor.kind === 'agent' ? actor.id : data.agent);

const unknownAgent = (agent: string) => ({
  code: 'AGENT_UNKNOWN',
  message: `no agent ${agent} in rig.agents.yaml`,
  fix: 'Report for an agent that is configured.',
});

/** A service hears of a refusal by the log alone: it would report for ever. */
const recorded = (fact: GuardFact): Decision => {
  const { code, message } = unknownAgent(fact.data.agent);
  const data = { factId: fact.id, factType: fact.type, code, message };
  return accept([{ subject: agentSubject(fact.data.agent), body: { type: 'FACT_REFUSED', data } }]);
};

/** Decides what is reported about commands that the guard refused. Refusal AGENT_UNKNOWN. */
export const createDecideGuardFact =
  ({ store, commit, findTask, clock, agents }: DecideGuardFactDeps) =>
  async (fact: GuardFact, cause: Cause): Promise<CommitOutcome> => {
    const agent = agentOf(fact);
    const known = findAgent(agents(), agent) !== undefined;
    if (!known && fact.actor.kind === 'agent') return { status: 'refused', refusal: unknownAgent(agent) };

    const block = async (report: GuardFact & { type: 'GUARD_BLOCKED' }): Promise<Decision> => {
      const task = report.data.taskId === null ? undefined : (await findTask(report.data.taskId))?.row;
      const blockedAt = isoTime(Math.min(Date.parse(report.data.blockedAt), clock.now()));
      return decideBlock(report.data, { agent, task, blockedAt });
    };
    const decideKnown = async (): Promise<Decision> =>
      fact.type === 'GUARD_BLOCKED' ? block(fact) : decideSpike(fact.data);

    const decision = known ? await decideKnown() : recorded(fact);
    const subject = agentSubject(agent);
    return commit({
      cause,
      load: async () => ({ versions: new Map([[subject, (await store.load(streams, subject))?.version ?? 0]]) }),
      decide: () => decision,
    });
  };

import { parsePlace, type Fact } from '@rig/contracts';
import { accept, derivedId, refuse, type Refusal } from '@rig/kernel';
import { findAgent, type RepositoryPolicy } from '@rig/policy';
import type { Decision, World } from '../core/decision.js';
import { decideLost } from '../core/task/decide-lost.js';
import { decideReport, type WorkReport } from '../core/task/decide-report.js';
import type { Forge } from '@rig/forge';
import { askForge } from './ask-forge.js';
import type { AssignTask } from './assign-task.js';
import type { Cause, CommitOutcome } from './commit-decision.js';
import { createDecideGuardFact, type DecideGuardFactDeps } from './decide-guard-fact.js';
import type { LoadWorld } from './load-world.js';

export interface DecideFactDeps extends DecideGuardFactDeps {
  readonly load: LoadWorld;
  readonly forge: Forge | undefined;
  readonly assign: AssignTask;
  policyFor(repo: string): RepositoryPolicy;
}

/**
 * An agent chooses the ids of its facts; it must not be able to use up the id of a fact that a service is about to
 * report (those can be worked out), whose events would then count as written already.
 */
const seedOf = ({ actor, id }: Fact): Pick<Cause, 'seed'> =>
  actor.kind === 'agent' ? { seed: derivedId('reported by agent', actor.id, id) } : {};

const causeOf = (fact: Fact): Cause => ({
  id: fact.id,
  ...seedOf(fact),
  correlationId: fact.correlationid,
  traceparent: fact.traceparent,
  actor: fact.actor,
});

/** Records a service's refused fact on its subject, so that the proposer and `explain` can see why. */
const recordRefusal =
  (fact: Fact) =>
  (world: World, decision: Decision): Decision => {
    // Only a stream that exists can take the record.
    const known = fact.subject.startsWith('pull/') ? world.pull : world.issue;
    if (decision.ok || known === undefined) return decision;
    const { code, message } = decision.refusal;
    const data = { factId: fact.id, factType: fact.type, code, message: message.slice(0, 1_024) };
    return accept([{ subject: fact.subject, body: { type: 'FACT_REFUSED', data } }]);
  };

const refused = (code: string, message: string): CommitOutcome => ({ status: 'refused', refusal: { code, message } });

const stale: Refusal = { code: 'NOT_NEWS', message: 'the issue is not waiting, or waits for this reason already' };

/** What is said about a task that the log knows. */
const aboutTasks = ({ commit, load, forge, findTask, policyFor }: DecideFactDeps) => {
  /** From the log, or from the forge where the webhook is still on its way. */
  const branchOfPull = async (repo: string, number: number): Promise<string | null | undefined> => {
    const { pull } = await load.pull(repo, number);
    if (pull !== undefined) return pull.headRef;
    return askForge(forge, async (asking) => (await asking.pull(repo, number))?.headRef ?? null);
  };

  const report = async (fact: Fact & WorkReport): Promise<CommitOutcome> => {
    const context = await findTask(fact.data.taskId);
    if (context === undefined) return refused('TASK_UNKNOWN', `no task ${fact.data.taskId}`);
    const { subject, repo } = context.row;
    const { maxAttempts } = policyFor(repo);
    const reported = fact.type === 'WORK_COMPLETED' ? fact.data.pr : null;
    const reportedBranch = reported === null ? undefined : await branchOfPull(repo, reported);
    return commit({
      cause: causeOf(fact),
      quick: true,
      load: async (how) => {
        const world = await context.load(how);
        if (reported === null || world.pull !== undefined) return world;
        return { ...world, pull: (await load.pull(repo, reported)).pull };
      },
      decide: (world) => decideReport(world, fact, { agentId: fact.actor.id, subject, maxAttempts, reportedBranch }),
    });
  };

  const lost = async (fact: Fact & { type: 'ATTEMPT_LOST' }): Promise<CommitOutcome> => {
    const context = await findTask(fact.data.taskId);
    if (context === undefined) return refused('TASK_UNKNOWN', `no task ${fact.data.taskId}`);
    const { maxAttempts } = policyFor(context.row.repo);
    return commit({
      cause: causeOf(fact),
      load: context.load,
      decide: (world) => {
        const decision = decideLost(world, { ...fact.data, maxAttempts });
        return decision.ok ? decision : recordRefusal(fact)(world, decision);
      },
    });
  };

  return { report, lost };
};

/** What the dispatcher proposes for an issue or a pull request. */
const proposals = ({ commit, load, assign, agents }: DecideFactDeps) => {
  const deferred = (fact: Fact & { type: 'ISSUE_DEFERRED' }, repo: string, number: number): Promise<CommitOutcome> =>
    commit({
      cause: causeOf(fact),
      quick: true,
      load: (how) => load.issue(repo, number, how),
      decide: ({ issue }) => {
        if (issue === undefined) return refuse({ code: 'UNKNOWN', message: 'no such issue' });
        const same = issue.deferral?.code === fact.data.code && issue.deferral.message === fact.data.message;
        if (issue.phase !== 'ready' || same) return recordRefusal(fact)({ issue }, refuse(stale));
        return accept([{ subject: fact.subject, body: { type: 'ISSUE_DEFERRED', data: fact.data } }]);
      },
    });

  const assigned = async (
    fact: Fact & { type: 'ASSIGN_TASK' },
    repo: string,
    number: number,
  ): Promise<CommitOutcome> => {
    const agent = findAgent(agents(), fact.data.agent);
    const { kind, headSha } = fact.data;
    if (agent === undefined) {
      const unknown = refuse({ code: 'AGENT_UNKNOWN', message: `no agent ${fact.data.agent} in rig.agents.yaml` });
      return commit({
        cause: causeOf(fact),
        load: () => (kind === 'implement' ? load.issue(repo, number) : load.pull(repo, number)),
        decide: (world) => recordRefusal(fact)(world, unknown),
      });
    }
    return assign({ cause: causeOf(fact), repo, number, kind, agent, headSha, onRefusal: recordRefusal(fact) });
  };

  return { deferred, assigned };
};

/** Decides a fact that a worker or a service reported. Deciding it again changes nothing. */
export const createDecideFact = (deps: DecideFactDeps) => {
  const { report, lost } = aboutTasks(deps);
  const { deferred, assigned } = proposals(deps);
  const guard = createDecideGuardFact(deps);

  return async (fact: Fact): Promise<CommitOutcome> => {
    switch (fact.type) {
      case 'WORK_PROGRESSED':
      case 'WORK_COMPLETED':
      case 'WORK_FAILED':
        return report(fact);
      case 'ATTEMPT_LOST':
        return lost(fact);
      case 'GUARD_BLOCKED':
      case 'GUARD_SPIKE':
        return guard(fact, causeOf(fact));
      case 'ASSIGN_TASK':
      case 'ISSUE_DEFERRED': {
        const place = parsePlace(fact.subject);
        if (place === undefined) return refused('SUBJECT_INVALID', fact.subject);
        return fact.type === 'ASSIGN_TASK'
          ? assigned(fact, place.repo, place.number)
          : deferred(fact, place.repo, place.number);
      }
    }
  };
};

export type DecideFact = ReturnType<typeof createDecideFact>;

import { issueSubject, pullSubject } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import { accept, isoTime, refuse, type Clock, type Refusal, type Result } from '@rig/kernel';
import type { AgentsFile, Pauses, RepositoryPolicy } from '@rig/policy';
import { explainIssue } from '../core/explain/explain-issue.js';
import type { Explanation } from '../core/explain/statement.js';
import type { TaskRow } from '../core/task/task-row.js';
import { issues, pulls } from './projections.js';
import { readStory } from './read-story.js';

export interface ExplainIssueDeps {
  readonly store: EventStore;
  readonly clock: Clock;
  policyFor(repo: string): RepositoryPolicy;
  agents(): AgentsFile;
  pauses(): Promise<Pauses>;
  /** Every live task. */
  liveTasks(): Promise<readonly TaskRow[]>;
}

/** Reads all that an explanation rests on: state, history, policy, pauses, and what each agent holds now. */
export const createExplainIssue =
  ({ store, clock, policyFor, agents, pauses, liveTasks }: ExplainIssueDeps) =>
  async (repo: string, number: number): Promise<Result<Explanation, Refusal>> => {
    const issue = await store.load(issues, issueSubject(repo, number));
    if (issue === undefined) {
      return refuse({
        code: 'ISSUE_UNKNOWN',
        message: `${repo}#${number} is not in the log`,
        fix: 'See whether its webhook reached the gateway; the conductor compares open issues once a minute.',
      });
    }
    const [pull, history, inForce, live] = await Promise.all([
      issue.pr === null ? undefined : store.load(pulls, pullSubject(repo, issue.pr)),
      readStory(store, repo, number, issue.pr),
      pauses(),
      liveTasks(),
    ]);
    const standings = agents().agents.map((agent) => ({
      agent,
      inFlight: live.filter((task) => task.agent === agent.id).length,
    }));
    const input = { issue, pull, history, policy: policyFor(repo), agents: standings, pauses: inForce };
    return accept(explainIssue({ ...input, now: isoTime(clock.now()) }));
  };

export type ExplainIssue = ReturnType<typeof createExplainIssue>;

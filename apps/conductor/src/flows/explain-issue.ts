import { issueSubject, pullSubject } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import { accept, isoTime, refuse, type Clock, type Refusal, type Result } from '@rig/kernel';
import { RATE_WINDOW_MS, type AgentsFile, type RepositoryPolicy } from '@rig/policy';
import { explainIssue } from '../core/explain/explain-issue.js';
import type { Explanation } from '../core/explain/statement.js';
import type { ClaimReads } from './claim-reads.js';
import { issues, pulls } from './projections.js';
import { readStory } from './read-story.js';

export interface ExplainIssueDeps {
  readonly store: EventStore;
  readonly clock: Clock;
  policyFor(repo: string): RepositoryPolicy;
  agents(): AgentsFile;
  /** What claims ask too: so that an explanation and a claim never disagree. */
  readonly reads: Pick<ClaimReads, 'standings' | 'givenInRepository'>;
}

/** Nothing is known of an issue of this number; it may be a pull request. */
const unknown = async (store: EventStore, repo: string, number: number): Promise<Refusal> => {
  const pull = await store.load(pulls, pullSubject(repo, number));
  if (pull === undefined) {
    return {
      code: 'ISSUE_UNKNOWN',
      message: `${repo}#${number} is not in the log`,
      fix: 'It is looked for on the forge once a minute if Rig knows its repository; if not, see whether the forge delivers webhooks to the gateway.',
    };
  }
  const message = `${repo}#${number} is a pull request`;
  return pull.issue === null
    ? { code: 'ISSUE_UNKNOWN', message: `${message} that closes no issue`, fix: 'Ask for an issue.' }
    : { code: 'ISSUE_UNKNOWN', message, fix: `Ask for its issue: rig explain ${repo}#${pull.issue}` };
};

/** Reads all that an explanation rests on: state, history, policy, pauses, and what each agent holds and was given. */
export const createExplainIssue =
  ({ store, clock, policyFor, agents, reads }: ExplainIssueDeps) =>
  async (repo: string, number: number): Promise<Result<Explanation, Refusal>> => {
    const issue = await store.load(issues, issueSubject(repo, number));
    if (issue === undefined) return refuse(await unknown(store, repo, number));
    const now = clock.now();
    const hourBegan = isoTime(now - RATE_WINDOW_MS);
    const known = agents().agents;
    const [pull, history, { pauses, standings }, givenInRepository] = await Promise.all([
      issue.pr === null ? undefined : store.load(pulls, pullSubject(repo, issue.pr)),
      readStory(store, repo, number, issue.pr),
      reads.standings(
        known.map((agent) => ({ agent, instance: '' })),
        hourBegan,
      ),
      reads.givenInRepository(repo, hourBegan),
    ]);
    const input = {
      issue,
      pull,
      history,
      policy: policyFor(repo),
      agents: known.map((agent, place) => {
        const { held = 0, recent = 0 } = standings[place] ?? {};
        return { agent, inFlight: held, given: recent };
      }),
      givenInRepository,
      pauses,
      now: isoTime(now),
    };
    return accept(explainIssue(input));
  };

export type ExplainIssue = ReturnType<typeof createExplainIssue>;

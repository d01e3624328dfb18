import { isoAfter } from '@rig/kernel';
import { parseAgentsFile, SAFE_DEFAULTS, type AgentConfig, type RepositoryPolicy } from '@rig/policy';
import { AT, committed, given, type Happened } from '../testing/history.js';
import { explainIssue } from './explain-issue.js';
import type { ExplainInput, Explanation, Statement } from './statement.js';

const file = parseAgentsFile(`
agents:
  - { id: dev-e-1, role: author, slots: 1, command: { run: x } }
  - { id: dev-e-2, role: author, slots: 1, delivery: http, command: { run: x } }
  - { id: review-e, role: reviewer, slots: 1, command: { run: x } }
`);
const agents: readonly AgentConfig[] = file.ok ? file.value.agents : [];

export interface Circumstances {
  readonly policy?: Partial<RepositoryPolicy>;
  /** Tasks held, by agent. */
  readonly held?: Readonly<Record<string, number>>;
  /** Tasks given within the hour, by agent. */
  readonly given?: Readonly<Record<string, number>>;
  readonly givenInRepository?: number;
  readonly pauses?: ExplainInput['pauses'];
  readonly only?: readonly string[];
  /** Milliseconds after the events. */
  readonly afterMs?: number;
}

/** The explanation of issue 7 after a history. */
export const explained = (
  history: readonly Happened[],
  {
    policy = {},
    held = {},
    given: ofAgents = {},
    givenInRepository = 0,
    pauses = {},
    only,
    afterMs = 3_600_000,
  }: Circumstances = {},
): Explanation => {
  const { issue, pull } = given(...history);
  if (issue === undefined) throw new Error('the history has no issue');
  return explainIssue({
    issue,
    pull: issue.pr === null ? undefined : pull,
    history: committed(...history),
    policy: { ...SAFE_DEFAULTS, dispatch: 'on', acceptance: 'auto', ...policy },
    agents: agents
      .filter(({ id }) => only === undefined || only.includes(id))
      .map((agent) => ({ agent, inFlight: held[agent.id] ?? 0, given: ofAgents[agent.id] ?? 0 })),
    givenInRepository,
    pauses,
    now: isoAfter(AT, afterMs),
  });
};

/** Statements as people read them. */
export const lines = (statements: readonly Statement[]): readonly string[] =>
  statements.map(({ text, positions }) => (positions.length === 0 ? text : `${text} [${positions.join(', ')}]`));

export const pausedAt = (subject: string, position: number): ExplainInput['pauses'] => ({
  [subject]: { subject, by: 'ada', reason: 'an incident', stopRunning: false, position, since: AT },
});

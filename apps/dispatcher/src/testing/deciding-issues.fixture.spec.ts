import type { AgentConfig, RepositoryPolicy } from '@rig/policy';
import { InFlight } from '../core/in-flight.js';
import type { Intent } from '../core/intent.js';
import { Planner } from '../core/planner.js';
import { agent, config, createHistory, issue, type History } from './history.fixture.spec.js';

export const AUTHOR = agent('author-1');
export const given = (build: (history: History) => void): History => {
  const history = createHistory();
  build(history);
  return history;
};

export interface Circumstances {
  readonly agents?: readonly AgentConfig[];
  readonly policy?: Partial<RepositoryPolicy>;
  readonly inFlight?: InFlight;
  readonly afterMs?: number;
}

export const when = (
  history: History,
  { agents = [AUTHOR], policy = {}, inFlight = new InFlight(), afterMs = 0 }: Circumstances = {},
) => new Planner(history.board(), inFlight).decide(config(agents, policy), history.now() + afterMs).intents;

export const assignments = (intents: readonly Intent[]): readonly string[] =>
  intents.flatMap((intent) => (intent.kind === 'assign' ? [`${intent.task} ${intent.subject} ${intent.agent}`] : []));
export const deferrals = (intents: readonly Intent[]): readonly string[] =>
  intents.flatMap((intent) => (intent.kind === 'defer' ? [`${intent.subject} ${intent.code}`] : []));

export const TO_AUTHOR = [`implement ${issue(7)} author-1`];

import type { AgentConfig, RepositoryPolicy } from '@rig/policy';
import { InFlight } from '../core/in-flight.js';
import { Planner, type Decision } from '../core/planner.js';
import {
  agent,
  checked,
  config,
  createHistory,
  deliveredPull,
  HEAD_1,
  pull,
  taskOf,
  type History,
} from './history.fixture.spec.js';

export const REVIEWER = agent('reviewer-1', { role: 'reviewer' });
export const TEAM = [agent('author-1'), agent('author-2'), REVIEWER];

export interface Circumstances {
  readonly agents?: readonly AgentConfig[];
  readonly policy?: Partial<RepositoryPolicy>;
  readonly afterMs?: number;
}

export const when = (history: History, { agents = TEAM, policy = {}, afterMs = 0 }: Circumstances = {}): Decision =>
  new Planner(history.board(), new InFlight()).decide(config(agents, policy), history.now() + afterMs);

export const tasks = (history: History, circumstances: Circumstances = {}): readonly string[] =>
  when(history, circumstances).intents.flatMap((intent) =>
    intent.kind === 'assign' ? [`${intent.task} ${intent.agent} ${intent.headSha?.[0] ?? '-'}`] : [],
  );

export const waitOf = (history: History, circumstances: Circumstances = {}): string | undefined =>
  when(history, circumstances).waits.codeOf(pull(8));

export const delivered = (author = 'author-1'): History => {
  const history = createHistory();
  deliveredPull(history, author);
  return history;
};

export const passed = (author = 'author-1'): History => {
  const history = delivered(author);
  checked(history, HEAD_1, 'CI_PASSED');
  return history;
};

export const reviewed = (history: History, headSha: string, name = 'r1'): void => {
  const taskId = taskOf(name);
  history.add(pull(8), 'REVIEW_ASSIGNED', { taskId, agent: 'reviewer-1', headSha });
  history.add(pull(8), 'WORK_COMPLETED', { taskId, agent: 'reviewer-1', kind: 'review', headSha });
};

export const changesRequested = (history: History, headSha: string, reviewId = '501', by = 'reviewer[bot]'): void => {
  history.add(pull(8), 'REVIEW_CHANGES_REQUESTED', { reviewId, by, headSha });
};

export const newHead = (history: History, headSha: string): void => {
  history.add(pull(8), 'PR_UPDATED', { headSha });
};

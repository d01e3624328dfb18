import type { TaskKind } from '@rig/contracts';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import { eligible, type AgentConfig, type Pauses, type RepositoryPolicy } from '@rig/policy';
import type { Capacity } from './capacity.js';

export interface TaskWish {
  readonly kind: TaskKind;
  readonly repo: string;
  readonly labels: readonly string[];
  readonly policy: RepositoryPolicy;
  /** The agent that wrote the pull request; null for an issue. */
  readonly author: string | null;
  readonly pauses: Pauses;
}

/** Of several reasons the one that will pass soonest is the one to tell. */
const MOST_HOPEFUL_FIRST = [
  'DISPATCH_OFF',
  'TIER_NEEDS_PERSON',
  'NO_FREE_SLOT',
  'RATE_EXCEEDED',
  'WAITS_FOR_CLAIM',
  'PAUSED',
  'CAPABILITY_MISSING',
  'OWN_WORK',
];

export const isFix = (kind: TaskKind): boolean => kind === 'fix-review' || kind === 'fix-ci';

/** Whether one agent may have a task now. */
export const mayGet = (agent: AgentConfig, wish: TaskWish, capacity: Capacity): Result<AgentConfig, Refusal> => {
  const { kind, repo, labels, policy, author, pauses } = wish;
  // An agent that fetches its work over HTTP claims new work when it has a slot; only fixes are given to it.
  const claims = agent.delivery === 'http' && !isFix(kind);
  const inFlight = claims ? 0 : capacity.held(agent.id);
  const recent = capacity.recent(agent.id, repo);
  const allowed = eligible({ agent, kind, repo, labels, policy, inFlight, author, pauses, recent });
  if (!allowed.ok) return allowed;
  if (claims) {
    return refuse({ code: 'WAITS_FOR_CLAIM', message: `${agent.id} asks for work itself and has not asked for this` });
  }
  return accept(agent);
};

const hope = (refusal: Refusal): number => {
  const index = MOST_HOPEFUL_FIRST.indexOf(refusal.code);
  return index < 0 ? MOST_HOPEFUL_FIRST.length : index;
};

const lessLoaded =
  (capacity: Capacity, repo: string) =>
  (a: AgentConfig, b: AgentConfig): number =>
    capacity.held(a.id) / a.slots - capacity.held(b.id) / b.slots ||
    capacity.recent(a.id, repo).ofAgent - capacity.recent(b.id, repo).ofAgent ||
    (a.id < b.id ? -1 : 1);

/** The answer where no agent has the role. */
export const nobody = (kind: TaskKind): Result<AgentConfig, Refusal> =>
  refuse({
    code: 'NO_AGENT',
    message: `no agent is configured that could get a ${kind} task here`,
    fix: 'Add one to rig.agents.yaml.',
  });

/** The agent for a task: of those that may have it the least loaded; else the most hopeful reason why none may. */
export const chooseAgent = (
  agents: readonly AgentConfig[],
  wish: TaskWish,
  capacity: Capacity,
): Result<AgentConfig, Refusal> => {
  // A fix is made by the agent that wrote the pull request: it knows why the code is as it is.
  const asked = isFix(wish.kind) ? agents.filter((agent) => agent.id === wish.author) : agents;
  const answers = asked.map((agent) => mayGet(agent, wish, capacity));
  const able = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
  const [best] = able.sort(lessLoaded(capacity, wish.repo));
  if (best !== undefined) return accept(best);
  const [reason] = answers
    .flatMap((answer) => (answer.ok || answer.refusal.code === 'WRONG_ROLE' ? [] : [answer.refusal]))
    .sort((a, b) => hope(a) - hope(b));
  return reason === undefined ? nobody(wish.kind) : refuse(reason);
};

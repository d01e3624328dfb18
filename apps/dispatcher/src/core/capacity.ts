import type { TaskKind } from '@rig/contracts';
import { RATE_WINDOW_MS, type Recent } from '@rig/policy';
import type { Board } from './board.js';
import type { InFlight } from './in-flight.js';
import type { RecentAssignment } from './recent.js';

/** Running totals of one pass: what is live, what is proposed, and what the pass itself adds. */
export interface Capacity {
  /** Tasks an agent holds or is being given. */
  held(agent: string): number;
  /** Assignments within the last hour that count against the rates. */
  recent(agent: string, repo: string): Recent;
  /** Counts one more assignment. */
  take(agent: string, repo: string, kind: TaskKind): void;
}

const createCounter = (): { add(key: string): void; of(key: string): number } => {
  const counts = new Map<string, number>();
  return {
    add: (key) => void counts.set(key, (counts.get(key) ?? 0) + 1),
    of: (key) => counts.get(key) ?? 0,
  };
};

const isCounted = (kind: TaskKind): kind is RecentAssignment['kind'] => kind === 'implement' || kind === 'review';

export const createCapacity = (
  board: Board,
  inFlight: InFlight,
  now: number,
  repoOf: (subject: string) => string,
): Capacity => {
  const held = createCounter();
  const byAgent = createCounter();
  const byRepo = createCounter();

  const count = (agent: string, repo: string, kind: TaskKind): void => {
    if (!isCounted(kind)) return;
    byAgent.add(agent);
    if (kind === 'implement') byRepo.add(repo);
  };
  const take = (agent: string, repo: string, kind: TaskKind): void => {
    held.add(agent);
    count(agent, repo, kind);
  };

  for (const task of board.tasks.values()) held.add(task.agent);
  for (const { at, agent, repo, kind } of board.recent) if (at > now - RATE_WINDOW_MS) count(agent, repo, kind);
  for (const { intent } of inFlight.values()) {
    if (intent.kind === 'assign') take(intent.agent, repoOf(intent.subject), intent.task);
  }

  return {
    held: held.of,
    recent: (agent, repo) => ({ ofAgent: byAgent.of(agent), inRepository: byRepo.of(repo) }),
    take,
  };
};

import type { TaskKind } from '@rig/contracts';
import type { Recent } from '@rig/policy';
import type { Board } from './board.js';
import { Load, type InFlight } from './in-flight.js';

/** What is live, what is proposed, and what a pass itself adds. */
export interface Capacity {
  /** Tasks an agent holds or is being given. */
  held(agent: string): number;
  /** Assignments within the last hour that count against the rates. */
  recent(agent: string, repo: string): Recent;
  /** Counts one more assignment of a pass, or takes it back. */
  take(agent: string, repo: string, kind: TaskKind, by?: 1 | -1): void;
}

/** The window of the rates ends where `board.recent.asOf` put it. */
export const createCapacity = (board: Board, inFlight: InFlight): Capacity => {
  const own = new Load();
  return {
    held: (agent) => board.tasks.heldBy(agent) + inFlight.load.heldBy(agent) + own.heldBy(agent),
    recent: (agent, repo) => {
      const [past, sent, added] = [
        board.recent.of(agent, repo),
        inFlight.load.recent(agent, repo),
        own.recent(agent, repo),
      ];
      return {
        ofAgent: past.ofAgent + sent.ofAgent + added.ofAgent,
        inRepository: past.inRepository + sent.inRepository + added.inRepository,
      };
    },
    take: (agent, repo, kind, by = 1) => own.add(agent, repo, kind, by),
  };
};

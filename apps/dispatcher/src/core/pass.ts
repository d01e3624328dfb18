import type { AgentsFile, RepositoryPolicy } from '@rig/policy';
import type { Board } from './board.js';
import type { Capacity } from './capacity.js';
import type { InFlight } from './in-flight.js';
import type { AssignIntent } from './intent.js';

export interface DispatchConfig {
  readonly agents: AgentsFile['agents'];
  policyOf(repo: string): RepositoryPolicy;
}

/** Why something waits: a stable code and a sentence. */
export interface Wait {
  readonly code: string;
  readonly message: string;
}

/** What the parts of one pass share. */
export interface Pass {
  readonly board: Board;
  readonly config: DispatchConfig;
  readonly inFlight: InFlight;
  readonly now: number;
  readonly capacity: Capacity;
  assign(intent: AssignIntent, repo: string): void;
  wait(subject: string, wait: Wait): void;
}

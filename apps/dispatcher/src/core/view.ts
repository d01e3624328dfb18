import type { AgentsFile, RepositoryPolicy } from '@rig/policy';
import type { Board } from './board.js';
import type { InFlight } from './in-flight.js';

/** What the operator says. A change of it is a change of `agents` or of `policyOf` itself. */
export interface DispatchConfig {
  readonly agents: AgentsFile['agents'];
  policyOf(repo: string): RepositoryPolicy;
}

/** What an issue or pull request is looked at with. */
export interface View {
  readonly board: Board;
  readonly inFlight: InFlight;
  readonly config: DispatchConfig;
  /** Milliseconds since 1970. */
  readonly now: number;
}

import type { Args } from '../argv.js';
import type { GitHazard } from '../facts.js';
import type { Call } from '../machine.js';

/** One call of git, its sub-command's words read. */
export interface Git {
  readonly call: Call;
  readonly args: Args;
  /** Everything after the sub-command, as given. */
  readonly rest: readonly string[];
  readonly cwd: string;
  readonly config: ReadonlyMap<string, string>;
}

export const hazard = ({ call }: Git, kind: GitHazard, detail: string): void =>
  call.machine.emit({ kind: 'git', hazard: kind, detail });

import type { Measured } from '../core/figure.js';
import type { Servers } from './servers.js';

/** What a bench gets. */
export interface BenchContext {
  readonly servers: Servers;
  /** Small sizes and few rounds: to see that it works, not how fast. */
  readonly quick: boolean;
  /** The largest history, beyond 10⁵ issues. */
  readonly large: boolean;
  /** Rounds that count. */
  readonly rounds: number;
  /** One size, or the smaller one of a quick run. */
  size(full: number, quick: number): number;
  /** Progress, for people. */
  say(line: string): void;
}

export interface Bench {
  readonly name: string;
  /** One sentence: what is measured, beside what. */
  readonly about: string;
  run(context: BenchContext): Promise<readonly Measured[]>;
}

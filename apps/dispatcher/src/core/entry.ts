import type { TaskKind } from '@rig/contracts';
import { rank, type Rankable } from '@rig/policy';
import type { Wait } from './wait.js';

/** What an issue or pull request waits for: an agent, or something else. */
export type Seat =
  | {
      readonly waitsFor: 'agent';
      readonly task: TaskKind;
      /** Capabilities its labels ask for, in their order. */
      readonly needs: readonly string[];
      /** The agent that wrote the pull request; null for an issue. */
      readonly author: string | null;
    }
  | { readonly waitsFor: 'else'; readonly wait: Wait };

/** An issue or pull request that waits, as it was when it was last looked at. */
export interface Entry {
  readonly subject: string;
  readonly repo: string;
  /** What its place in the order follows from. */
  readonly by: Rankable;
  /** Decides between two of one rank: pull requests of one issue. */
  readonly order: number;
  readonly headSha: string | null;
  readonly seat: Seat;
  /** The reason last recorded for not assigning it. */
  readonly deferred: string | null;
  /** Whether a reason may be recorded now: issues only, and not while one is on its way or was just refused. */
  readonly tellable: boolean;
  /** When time alone may change all this, milliseconds since 1970. */
  readonly lookAgainAt: number | undefined;
}

/** The order in which what waits is worked on. */
export const inTurn = (a: Entry, b: Entry): number => rank(a.by, b.by) || a.order - b.order;

/** The first of some times that is still to come. */
export const nextOf = (now: number, times: readonly (number | undefined)[]): number | undefined => {
  const later = times.filter((at): at is number => at !== undefined && at > now);
  return later.length === 0 ? undefined : Math.min(...later);
};

import type { RigEvent } from '@rig/contracts';
import { evolveIssue } from '../issue/evolve-issue.js';
import type { IssueState } from '../issue/issue-state.js';
import { evolvePull } from '../pull/evolve-pull.js';
import type { PullState } from '../pull/pull-state.js';

/** A point in the past: a position of the log, or a time (ISO 8601 UTC). */
export type Point = { readonly position: number } | { readonly time: string };

/**
 * The part of a history that had happened: events up to a position, or the longest beginning of which no event is later
 * than a time. A clock that was set back inside the history does not tear it.
 */
export const until = (history: readonly RigEvent[], point: Point): readonly RigEvent[] => {
  if ('position' in point) return history.filter(({ position }) => position <= point.position);
  const later = history.findIndex(({ time }) => time > point.time);
  return later < 0 ? history : history.slice(0, later);
};

/** Every pull request that the issue's own events name, in order. */
export const pullsNamed = (history: readonly RigEvent[]): readonly number[] => {
  const named = history.flatMap((event) => {
    if (event.type === 'ISSUE_DONE') return [event.data.pr];
    return event.type === 'WORK_COMPLETED' && event.data.pr !== null ? [event.data.pr] : [];
  });
  return [...new Set(named)];
};

export interface StateThen {
  readonly issue: IssueState | undefined;
  readonly pull: PullState | undefined;
}

/** The states that a history adds up to. */
export const foldStates = (history: readonly RigEvent[]): StateThen => {
  let issue: IssueState | undefined;
  let pull: PullState | undefined;
  for (const event of history) {
    if (event.subject.startsWith('issue/')) issue = evolveIssue(issue, event);
    else pull = evolvePull(pull, event);
  }
  return { issue, pull };
};

import { issueSubject, type RigEvent } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import type { IssueState } from '../core/issue/issue-state.js';
import type { PullState } from '../core/pull/pull-state.js';
import { foldStates, pullsNamed, until, type Point } from '../core/replay/state-at.js';
import { typedEvent } from './projections.js';
import { readStory } from './read-story.js';
import { toTimelineEntry, type TimelineEntry } from './read-timeline.js';

export interface StateAt {
  /** Position of the last event of the issue or its pull request that had happened. */
  readonly position: number;
  readonly time: string;
  readonly issue: IssueState;
  readonly pull: PullState | null;
  /** What had happened until then. */
  readonly timeline: readonly TimelineEntry[];
}

const unknown = (repo: string, number: number): Refusal => ({
  code: 'ISSUE_UNKNOWN',
  message: `${repo}#${number} is not in the log`,
});

const notYet = (first: RigEvent): Refusal => ({
  code: 'NOT_YET',
  message: `its first event is ${first.position}, of ${first.time}`,
  fix: 'Ask for a later time or position.',
});

/** Shows an issue and its pull request as they were. Refusals: ISSUE_UNKNOWN, NOT_YET. */
export const createStateAt =
  (store: Pick<EventStore, 'readStream'>) =>
  async (repo: string, number: number, point: Point): Promise<Result<StateAt, Refusal>> => {
    const own = (await store.readStream(issueSubject(repo, number))).map(typedEvent);
    const [first] = own;
    if (first === undefined) return refuse(unknown(repo, number));
    // The pull request of that time; where there was none yet, the one that came next may have been open already.
    const pull = pullsNamed(until(own, point)).at(-1) ?? pullsNamed(own)[0] ?? null;
    const past = until(await readStory(store, repo, number, pull), point);
    const { issue, pull: pullThen } = foldStates(past);
    const last = past.at(-1);
    if (issue === undefined || last === undefined) return refuse(notYet(first));
    return accept({
      position: last.position,
      time: last.time,
      issue,
      pull: pullThen ?? null,
      timeline: past.map(toTimelineEntry),
    });
  };

export type ReadStateAt = ReturnType<typeof createStateAt>;

import { issueSubject, pullSubject, type RigEvent, type RigEventBody } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import type { IssueState } from '../core/issue/issue-state.js';
import type { PullState } from '../core/pull/pull-state.js';
import { sentenceOf } from '../core/timeline.js';
import type { ReadGuardReports } from './guard-reports.js';
import { issues, pulls } from './projections.js';
import { readStory } from './read-story.js';

export interface TimelineEntry {
  readonly position: number;
  readonly time: string;
  readonly type: string;
  readonly sentence: string;
  readonly actor: string;
}

/** An event as people see it. */
export const toTimelineEntry = (
  event: Pick<RigEvent, 'position' | 'time' | 'actor'> & RigEventBody,
): TimelineEntry => ({
  position: event.position,
  time: event.time,
  type: event.type,
  sentence: sentenceOf(event),
  actor: event.actor.id,
});

export interface Timeline {
  readonly issue: IssueState;
  readonly pull: PullState | null;
  readonly timeline: readonly TimelineEntry[];
}

export interface ReadTimelineDeps extends Pick<ReadGuardReports, 'guardReportsOn'> {
  readonly store: EventStore;
}

/**
 * Everything that happened to an issue and its pull request, in log order, and what the guard refused meanwhile.
 * Refusal ISSUE_UNKNOWN.
 */
export const createReadTimeline =
  ({ store, guardReportsOn }: ReadTimelineDeps) =>
  async (repo: string, number: number): Promise<Result<Timeline, Refusal>> => {
    const subject = issueSubject(repo, number);
    const issue = await store.load(issues, subject);
    if (issue === undefined) return refuse({ code: 'ISSUE_UNKNOWN', message: `${repo}#${number} is not in the log` });
    const pullStream = issue.pr === null ? undefined : pullSubject(repo, issue.pr);
    const pull = pullStream === undefined ? undefined : await store.load(pulls, pullStream);
    const [story, refused] = await Promise.all([
      readStory(store, repo, number, issue.pr),
      guardReportsOn(pullStream === undefined ? [subject] : [subject, pullStream]),
    ]);
    const timeline = [...story, ...refused].map(toTimelineEntry).sort((a, b) => a.position - b.position);
    return accept({ issue, pull: pull ?? null, timeline });
  };

export type ReadTimeline = ReturnType<typeof createReadTimeline>;

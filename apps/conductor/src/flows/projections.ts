import { typeEvent, type CommittedEnvelope, type RigEvent } from '@rig/contracts';
import type { InlineProjection } from '@rig/event-store';
import { RigError } from '@rig/kernel';
import { evolveIssue } from '../core/issue/evolve-issue.js';
import type { IssueState } from '../core/issue/issue-state.js';
import { guardRowOf, type GuardRow } from '../core/guard/guard-row.js';
import { evolvePull } from '../core/pull/evolve-pull.js';
import type { PullState } from '../core/pull/pull-state.js';
import { evolvePause, type Pause } from '@rig/policy';
import { evolveTask, taskIdOf, type TaskRow } from '../core/task/task-row.js';

/** Several projections ask for the same event, one after the other: it is checked once. */
let last: { readonly envelope: CommittedEnvelope; readonly event: RigEvent } | undefined;

/** An event as the log has it, typed. The log only holds what was checked before: anything else is a bug. */
export const typedEvent = (envelope: CommittedEnvelope): RigEvent => {
  if (last?.envelope === envelope) return last.event;
  const parsed = typeEvent(envelope);
  if (parsed.ok) {
    last = { envelope, event: parsed.value };
    return parsed.value;
  }
  throw new RigError({
    code: 'LOG_EVENT_UNREADABLE',
    kind: 'bug',
    message: `event ${envelope.position} (${envelope.type}) cannot be read: ${parsed.refusal.message}`,
    fix: 'Run a version of Rig that knows this event, or report the mismatch.',
  });
};

const bySubject =
  (prefix: string) =>
  (event: CommittedEnvelope): readonly string[] =>
    event.subject.startsWith(prefix) ? [event.subject] : [];

export const issues: InlineProjection<IssueState> = {
  name: 'issues',
  keysOf: bySubject('issue/'),
  evolve: (row, event) => evolveIssue(row, typedEvent(event)),
};

export const pulls: InlineProjection<PullState> = {
  name: 'pulls',
  keysOf: bySubject('pull/'),
  evolve: (row, event) => evolvePull(row, typedEvent(event)),
};

export const tasks: InlineProjection<TaskRow> = {
  name: 'tasks',
  keysOf: (event) => {
    const taskId = taskIdOf(event);
    return taskId === undefined ? [] : [taskId];
  },
  evolve: (row, event) => evolveTask(row, typedEvent(event)),
};

/** A repository's stream: its version, for the next write. */
export interface RepositoryState {
  readonly version: number;
}

export const repositories: InlineProjection<RepositoryState> = {
  name: 'repositories',
  keysOf: bySubject('repo/'),
  evolve: (_row, event) => ({ version: event.version }),
};

/** Streams without a state of their own (agents, the system): their version, for the next write. */
export const streams: InlineProjection<RepositoryState> = {
  name: 'streams',
  keysOf: (event) => [...bySubject('agent/')(event), ...bySubject('system/')(event)],
  evolve: (_row, event) => ({ version: event.version }),
};

const PAUSING = /^(?:AGENT|REPOSITORY|RIG)_(?:PAUSED|RESUMED)$/;

/** One row for each pause in force, by what is paused. */
export const pauses: InlineProjection<Pause> = {
  name: 'pauses',
  keysOf: (event) => (PAUSING.test(event.type) ? [event.subject] : []),
  evolve: (row, event) => evolvePause(row, typedEvent(event)),
};

/** One row for each block and each spike, by the event's id. */
export const guardReports: InlineProjection<GuardRow> = {
  name: 'guard_reports',
  keysOf: (event) => (event.type === 'GUARD_BLOCKED' || event.type === 'GUARD_SPIKE' ? [event.id] : []),
  evolve: (row, event) => guardRowOf(typedEvent(event)) ?? row,
};

export const conductorProjections: readonly InlineProjection[] = [
  issues,
  pulls,
  tasks,
  repositories,
  streams,
  pauses,
  guardReports,
] as const;

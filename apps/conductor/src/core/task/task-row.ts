import {
  parsePlace,
  type CommittedEnvelope,
  type RigEvent,
  type TaskKind,
  type Tier as TierSchema,
  type Worker,
} from '@rig/contracts';
import type { z } from 'zod';

type Tier = z.infer<typeof TierSchema>;

/** One row per task ever made: what claims, capacity checks, offers and queries read. */
export interface TaskRow {
  readonly taskId: string;
  readonly subject: string;
  readonly repo: string;
  /** Number of the issue or pull request the task's stream is named after. */
  readonly number: number;
  readonly kind: TaskKind;
  readonly agent: string;
  readonly delivery: 'stream' | 'http';
  readonly tier: Tier;
  /** The process that claimed it over HTTP. */
  readonly instance: string | null;
  readonly status: 'assigned' | 'working' | 'completed' | 'failed' | 'unassigned';
  /** Counts against the agent's slots. */
  readonly live: boolean;
  /** Position of the assignment. */
  readonly position: number;
  readonly fence: number | null;
  readonly attempt: number;
  readonly worker: Worker | null;
  readonly assignedAt: string;
  readonly endedAt: string | null;
}

const made = (event: RigEvent, kind: TaskKind, tier: Tier): TaskRow | undefined => {
  const place = parsePlace(event.subject);
  if (place === undefined) return undefined;
  const data = event.data as { taskId: string; agent: string; delivery: 'stream' | 'http'; instance?: string };
  return {
    taskId: data.taskId,
    subject: event.subject,
    repo: place.repo,
    number: place.number,
    kind,
    agent: data.agent,
    delivery: data.delivery,
    tier,
    instance: data.instance ?? null,
    status: 'assigned',
    live: true,
    position: event.position,
    fence: null,
    attempt: 0,
    worker: null,
    assignedAt: event.time,
    endedAt: null,
  };
};

const ended = (row: TaskRow, event: RigEvent, status: TaskRow['status']): TaskRow => ({
  ...row,
  status,
  live: false,
  fence: null,
  endedAt: event.time,
});

/** Events that name a task and change nothing about it. */
const REMARKS = ['WORK_PROGRESSED', 'WORK_REPORT_REFUSED', 'GUARD_BLOCKED', 'GUARD_SPIKE'] as const;

/** The task a row is kept for; undefined for events that are about no task. Asked of every event: without a parse. */
export const taskIdOf = ({ type, data }: Pick<CommittedEnvelope, 'type' | 'data'>): string | undefined => {
  const taskId = data['taskId'];
  return typeof taskId === 'string' && !REMARKS.some((remark) => remark === type) ? taskId : undefined;
};

export const evolveTask = (row: TaskRow | undefined, event: RigEvent): TaskRow | undefined => {
  switch (event.type) {
    case 'ISSUE_ASSIGNED':
      return made(event, 'implement', event.data.tier);
    case 'REVIEW_ASSIGNED':
      return made(event, 'review', 'T1');
    case 'FIX_ASSIGNED':
      return made(event, event.data.cause === 'ci' ? 'fix-ci' : 'fix-review', 'T1');
    case 'ATTEMPT_STARTED': {
      const { attempt, worker } = event.data;
      return row && { ...row, status: 'working', fence: event.position, attempt, worker };
    }
    case 'ATTEMPT_LOST':
      // Whoever claimed it may be gone: any process of the agent may have it now.
      return row && { ...row, status: 'assigned', fence: null, worker: null, instance: null };
    case 'WORK_COMPLETED':
      return row && ended(row, event, 'completed');
    case 'WORK_FAILED':
      return row && ended(row, event, 'failed');
    case 'ISSUE_UNASSIGNED':
    case 'REVIEW_UNASSIGNED':
    case 'FIX_UNASSIGNED':
      return row && ended(row, event, 'unassigned');
    default:
      return row;
  }
};

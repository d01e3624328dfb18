import { z } from 'zod';
import { TraceParent } from '../envelope.js';
import { IssueNumber, Position, RepoSlug, ShortText, TaskId, TaskKind, Tier } from '../values.js';

/** What lies on `rig:{agent}:tasks`: a hint that a task waits, never the right to work on it. */
export const Offer = z.object({
  taskId: TaskId,
  kind: TaskKind,
  /** Position of the assignment. */
  position: Position.min(1),
  repo: RepoSlug,
  issue: IssueNumber.nullable(),
  pr: IssueNumber.nullable(),
  title: ShortText,
  tier: Tier,
  traceparent: TraceParent.optional(),
});
export type Offer = z.infer<typeof Offer>;

import { TaskKind } from '@rig/contracts';
import { z } from 'zod';
import { emptyBoard, type Board } from '../core/board.js';

const Refusals = z.record(z.string(), z.object({ code: z.string(), count: z.int(), notBefore: z.number() }));

const Issue = z.object({
  subject: z.string(),
  repo: z.string(),
  number: z.int(),
  labels: z.array(z.string()),
  priority: z.int(),
  openedAt: z.string(),
  open: z.boolean(),
  approved: z.boolean(),
  blocked: z.boolean(),
  pr: z.int().nullable(),
  failures: z.int(),
  notBefore: z.number(),
  deferred: z.string().nullable(),
  refusals: Refusals,
  position: z.int(),
});

const Pull = z.object({
  subject: z.string(),
  repo: z.string(),
  number: z.int(),
  agent: z.string().nullable(),
  issue: z.int().nullable(),
  headSha: z.string(),
  draft: z.boolean(),
  open: z.boolean(),
  openedAt: z.string(),
  checks: z.array(
    z.object({ headSha: z.string(), byName: z.record(z.string(), z.enum(['pending', 'passed', 'failed'])) }),
  ),
  reviews: z.array(
    z.object({
      reviewId: z.string(),
      by: z.string(),
      headSha: z.string(),
      verdict: z.enum(['approved', 'changes-requested']),
    }),
  ),
  rounds: z.int(),
  reviewedHead: z.string().nullable(),
  fixedReviewHead: z.string().nullable(),
  fixedCiHead: z.string().nullable(),
  failures: z.int(),
  notBefore: z.number(),
  refusals: Refusals,
  position: z.int(),
});

const Task = z.object({
  taskId: z.string(),
  kind: TaskKind,
  agent: z.string(),
  subject: z.string(),
  headSha: z.string().nullable(),
  position: z.int(),
  fence: z.int().nullable(),
});

const Recent = z.object({
  at: z.number(),
  agent: z.string(),
  repo: z.string(),
  kind: z.enum(['implement', 'review']),
});

const PauseInForce = z.object({
  subject: z.string(),
  by: z.string(),
  reason: z.string(),
  stopRunning: z.boolean(),
  position: z.int(),
  since: z.string(),
});

/** Raised when a board of the version before cannot be read, or would mean something else. */
export const SNAPSHOT_FORM = 2;

const Snapshot = z.object({
  form: z.literal(SNAPSHOT_FORM),
  position: z.int().min(0),
  issues: z.array(Issue),
  pulls: z.array(Pull),
  tasks: z.array(Task),
  recent: z.array(Recent),
  pauses: z.record(z.string(), PauseInForce),
});
export type Snapshot = z.infer<typeof Snapshot>;

export const toSnapshot = (board: Board): z.input<typeof Snapshot> => ({
  form: SNAPSHOT_FORM,
  position: board.position,
  issues: [...board.issues.values()].map((issue) => ({
    ...issue,
    labels: [...issue.labels],
    refusals: { ...issue.refusals },
  })),
  pulls: [...board.pulls.values()].map((pull) => ({
    ...pull,
    checks: pull.checks.map(({ headSha, byName }) => ({ headSha, byName: { ...byName } })),
    reviews: [...pull.reviews],
    refusals: { ...pull.refusals },
  })),
  tasks: [...board.tasks.values()],
  recent: [...board.recent],
  pauses: { ...board.pauses },
});

/** The board a snapshot holds; undefined if it is of another form. */
export const fromSnapshot = (input: unknown): Board | undefined => {
  const parsed = Snapshot.safeParse(input);
  if (!parsed.success) return undefined;
  const { position, issues, pulls, tasks, recent, pauses } = parsed.data;
  const board = emptyBoard();
  board.position = position;
  // The closed ones are forgotten in the order in which something last happened to them.
  const byPosition = <T extends { readonly position: number }>(items: readonly T[]): readonly T[] =>
    [...items].sort((a, b) => a.position - b.position);
  for (const issue of issues) board.issues.put(issue);
  for (const issue of byPosition(issues)) if (!issue.open) board.issues.put(issue);
  for (const pull of pulls) board.pulls.put(pull);
  for (const pull of byPosition(pulls)) if (!pull.open) board.pulls.put(pull);
  for (const task of tasks) board.tasks.put(task);
  for (const assignment of recent) board.recent.keep(assignment);
  Object.assign(board.pauses, pauses);
  return board;
};

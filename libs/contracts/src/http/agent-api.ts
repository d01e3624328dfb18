import { z } from 'zod';
import {
  AgentId,
  CommitSha,
  IssueNumber,
  Position,
  RepoSlug,
  ShortText,
  TaskId,
  TaskKind,
  Text,
  Tier,
  Time,
  Worker,
} from '../values.js';

/** `GET /api/assignments/next` and `/api/reviews/next`: which agent asks, and which process of it. */
export const ClaimQuery = z.object({ agentId: AgentId, instance: ShortText });

/** An assignment as the claim endpoints give it out. */
export const Assignment = z.object({
  taskId: TaskId,
  kind: TaskKind,
  position: Position,
  repo: RepoSlug,
  issue: IssueNumber.nullable(),
  pr: IssueNumber.nullable(),
  title: ShortText,
  tier: Tier,
});
export type Assignment = z.infer<typeof Assignment>;

/** `POST /api/tasks/{id}/start` */
export const StartRequest = z.object({ agentId: AgentId, worker: Worker });
export type StartRequest = z.infer<typeof StartRequest>;

export const ReviewThread = z.object({
  id: ShortText,
  path: ShortText,
  line: z.int().nullable(),
  body: Text,
  resolved: z.boolean(),
});
export type ReviewThread = z.infer<typeof ReviewThread>;

/** All that a worker needs to know about its attempt. */
export const TaskBrief = z.object({
  taskId: TaskId,
  kind: TaskKind,
  agent: AgentId,
  attempt: z.int().min(1),
  /** Carried by every report and token request of this attempt. */
  fence: Position,
  /** The lease ends this many milliseconds after its last renewal. */
  leaseMs: z.int().min(1),
  repo: RepoSlug,
  defaultBranch: ShortText,
  tier: Tier,
  issue: z.object({ number: IssueNumber, title: ShortText, body: Text }).nullable(),
  /** The branch to work on. */
  branch: ShortText,
  pull: z
    .object({
      number: IssueNumber,
      title: ShortText,
      body: Text,
      headSha: CommitSha,
      baseRef: ShortText,
      round: z.int().min(0),
    })
    .nullable(),
  /** Why a fix is wanted: what the failing checks or the review said. */
  feedback: z.array(z.object({ source: ShortText, text: Text })),
});
export type TaskBrief = z.infer<typeof TaskBrief>;

/** `POST /api/tasks/{id}/token` and `/renew`: only the current fence is served. */
export const FenceRequest = z.object({ agentId: AgentId, fence: Position });

/** A forge token for one repository; the identity is what commits and reviews are made as. */
export const TaskToken = z.object({
  token: z.string(),
  expiresAt: Time,
  apiUrl: z.url(),
  cloneUrl: z.url(),
  login: ShortText,
});
export type TaskToken = z.infer<typeof TaskToken>;

export const Renewal = z.object({ leaseMs: z.int().min(1) });
export type Renewal = z.infer<typeof Renewal>;

/** `GET /api/cursor?agentId=` */
export const Cursor = z.object({
  agentId: AgentId,
  lastPosition: Position,
  slots: z.int().min(0),
  inFlight: z.array(z.object({ taskId: TaskId, kind: TaskKind, repo: RepoSlug, number: IssueNumber })),
});
export type Cursor = z.infer<typeof Cursor>;

/** `POST /api/agent-tokens`: an enrolment token buys a short-lived one. */
export const AgentToken = z.object({ token: z.string(), expiresAt: Time });
export type AgentToken = z.infer<typeof AgentToken>;

/** Per-item answer of `POST /api/events`. */
export const EventResult = z.object({
  id: z.string().nullable(),
  status: z.enum(['accepted', 'duplicate', 'rejected']),
  code: z.string().optional(),
  detail: z.string().optional(),
});
export type EventResult = z.infer<typeof EventResult>;

/** `GET /api/reports/{id}`: what became of a fact that this agent reported. */
export const ReportStatus = z.object({
  id: z.uuid(),
  /** `unknown`: not stored, or somebody else's; `applied`: its event is in the log. */
  status: z.enum(['unknown', 'pending', 'applied', 'ignored', 'refused']),
  reason: z.string().nullable(),
});
export type ReportStatus = z.infer<typeof ReportStatus>;

import { z } from 'zod';
import type { ForgeCheck, ForgeIssue, ForgePull, ForgeReview } from './forge.js';

/** The fields that Rig uses of the forge's REST answers, and what they become. */

/** Newer ids pass 2⁵³; the client hands those over as bigint. */
export const Id = z.union([z.number(), z.bigint(), z.string()]).transform(String);
const Time = z.iso.datetime({ offset: true }).transform((time) => new Date(time).toISOString());
/** Deleted accounts are null; the forge itself shows them as "ghost". */
const Login = z
  .object({ login: z.string() })
  .nullish()
  .transform((user) => user?.login ?? 'ghost');
const Words = z
  .string()
  .nullish()
  .transform((text) => text ?? '');
const Labels = z
  .array(z.union([z.string(), z.object({ name: z.string().nullish() })]))
  .default([])
  .transform((labels) => labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))))
  .transform((labels) => labels.filter((label) => label !== ''));
const State = z.enum(['open', 'closed']);

export const WireIssue = z.object({
  number: z.int(),
  title: z.string(),
  body: Words,
  labels: Labels,
  user: Login,
  state: State,
  created_at: Time,
  updated_at: Time,
  /** Present when the "issue" is a pull request. */
  pull_request: z.unknown().optional(),
});

export const toIssue = (repo: string, wire: z.infer<typeof WireIssue>): ForgeIssue => ({
  repo,
  number: wire.number,
  title: wire.title,
  body: wire.body,
  labels: wire.labels,
  author: wire.user,
  state: wire.state,
  createdAt: wire.created_at,
  updatedAt: wire.updated_at,
});

export const WirePull = z.object({
  number: z.int(),
  node_id: z.string(),
  title: z.string(),
  body: Words,
  labels: Labels,
  user: Login,
  state: State,
  merged: z.boolean().optional(),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  merged_by: z.object({ login: z.string() }).nullish(),
  draft: z.boolean().default(false),
  head: z.object({ ref: z.string(), sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
  base: z.object({ ref: z.string() }),
  mergeable: z.boolean().nullish(),
  changed_files: z.int().optional(),
  created_at: Time,
  updated_at: Time,
});

export const toPull = (repo: string, wire: z.infer<typeof WirePull>): ForgePull => {
  const merged = wire.merged ?? typeof wire.merged_at === 'string';
  return {
    repo,
    number: wire.number,
    nodeId: wire.node_id,
    title: wire.title,
    body: wire.body,
    labels: wire.labels,
    author: wire.user,
    state: wire.state,
    merged,
    // Before the merge this field is the forge's trial merge, which is on no branch.
    mergeCommit: merged ? (wire.merge_commit_sha ?? null) : null,
    mergedBy: wire.merged_by?.login ?? null,
    draft: wire.draft,
    headRef: wire.head.ref,
    headSha: wire.head.sha,
    headRepo: wire.head.repo?.full_name ?? null,
    baseRef: wire.base.ref,
    mergeable: wire.mergeable ?? null,
    changedFiles: wire.changed_files ?? 0,
    createdAt: wire.created_at,
    updatedAt: wire.updated_at,
  };
};

const reviewStates = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
} as const;

export const WireReview = z.object({
  id: Id,
  user: Login,
  body: Words,
  state: z.string(),
  commit_id: z.string().nullish(),
  submitted_at: Time.nullish(),
});

/** Undefined for a review that is not submitted yet, and for states that GitHub has not documented. */
export const toReview = (wire: z.infer<typeof WireReview>): ForgeReview | undefined => {
  const state = Object.entries(reviewStates).find(([name]) => name === wire.state)?.[1];
  if (state === undefined || typeof wire.submitted_at !== 'string') return undefined;
  const { id, user: by, body, submitted_at: submittedAt } = wire;
  return { id, by, state, headSha: wire.commit_id ?? '', body, submittedAt };
};

export const WireCheckRun = z.object({
  id: Id,
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
  output: z.object({ title: z.string().nullish(), summary: z.string().nullish() }).nullish(),
});

/** GitHub counts neutral and skipped as passed; everything else that has completed is a failure. */
export const toCheck = (wire: z.infer<typeof WireCheckRun>): ForgeCheck => {
  const conclusion = wire.conclusion ?? null;
  const passed = conclusion === 'success' || conclusion === 'neutral' || conclusion === 'skipped';
  return {
    name: wire.name,
    source: 'check-run',
    runId: wire.id,
    state: wire.status !== 'completed' ? 'pending' : passed ? 'passed' : 'failed',
    conclusion,
    summary: [wire.output?.title, wire.output?.summary].filter((part) => (part ?? '') !== '').join('\n'),
  };
};

export const WireStatus = z.object({
  id: Id,
  context: z.string(),
  state: z.string(),
  description: z.string().nullish(),
});

export const toStatusCheck = (wire: z.infer<typeof WireStatus>): ForgeCheck => ({
  name: wire.context,
  source: 'status',
  runId: wire.id,
  state: wire.state === 'pending' ? 'pending' : wire.state === 'success' ? 'passed' : 'failed',
  conclusion: wire.state === 'pending' ? null : wire.state,
  summary: wire.description ?? '',
});

import { z } from 'zod';
import {
  Frame,
  Id,
  Labels,
  Login,
  IssueNumber,
  OptionalShort,
  OptionalText,
  CommitSha,
  Short,
  State,
  Time,
} from './payload-fields.js';

/** One schema per webhook event that is used, with the used fields only: the forge may add whatever it likes. */

export const IssuesPayload = Frame.extend({
  issue: z.object({
    number: IssueNumber,
    title: Short,
    body: OptionalText,
    labels: Labels,
    user: Login,
    state: State,
    created_at: Time,
    updated_at: Time,
    /** Present when the "issue" is a pull request. */
    pull_request: z.unknown().optional(),
  }),
  label: z.object({ name: Short }).nullish(),
});

const HeadRepository = z.object({ id: Id }).nullish();

export const PullRequestPayload = Frame.extend({
  pull_request: z.object({
    number: IssueNumber,
    title: Short,
    body: OptionalText,
    labels: Labels,
    user: Login,
    state: State,
    merged: z.boolean().nullish(),
    merged_at: z.string().nullish(),
    merge_commit_sha: CommitSha.nullish(),
    draft: z.boolean().nullish(),
    head: z.object({ ref: Short, sha: CommitSha, repo: HeadRepository }),
    base: z.object({ ref: Short, repo: z.object({ id: Id }) }),
    created_at: Time,
    updated_at: Time,
  }),
});

const PullReference = z.object({ number: IssueNumber, head: z.object({ sha: CommitSha }) });

export const ReviewPayload = Frame.extend({
  review: z.object({
    id: Id,
    user: Login,
    state: z.string().transform((state) => state.toLowerCase()),
    body: OptionalText,
    /** Null when the commit is gone; the review then speaks of the present head. */
    commit_id: CommitSha.nullish(),
    submitted_at: Time.nullish(),
  }),
  pull_request: PullReference,
});

export const ThreadPayload = Frame.extend({
  thread: z.object({
    node_id: Short,
    comments: z.array(z.object({ path: OptionalShort, body: OptionalText, user: Login })).default([]),
  }),
  pull_request: PullReference,
});

export const CheckRunPayload = Frame.extend({
  repository: Frame.shape.repository.extend({ id: Id }),
  check_run: z.object({
    id: Id,
    name: Short,
    head_sha: CommitSha,
    status: z.string(),
    conclusion: Short.nullish(),
    output: z.object({ title: OptionalShort, summary: OptionalText }).nullish(),
    pull_requests: z.array(z.object({ number: IssueNumber, base: z.object({ repo: z.object({ id: Id }) }) })).nullish(),
  }),
});

export const StatusPayload = Frame.extend({
  id: Id,
  sha: CommitSha,
  context: Short,
  state: z.enum(['pending', 'success', 'failure', 'error']),
  description: OptionalText,
});

export const PushPayload = Frame.extend({
  repository: Frame.shape.repository.extend({
    /** Tells a push from a later one that moves the ref between the same commits. */
    pushed_at: z
      .union([z.int(), Short])
      .nullish()
      .transform((at) => String(at ?? '')),
  }),
  ref: Short,
  before: CommitSha,
  after: CommitSha,
});

import { ShortText, Text } from '@rig/contracts';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import { z } from 'zod';
import { MAX_RESULT_BYTES } from './task-file.js';

const Failed = z.object({ outcome: z.literal('failed'), message: Text });

/** Result of an implement, fix-review or fix-ci task. Files that are left uncommitted are committed by the worker. */
export const AuthorResult = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('done'),
    /** A conventional commit title; the worker mends what does not fit. */
    title: ShortText.min(1),
    summary: Text.min(1),
    testPlan: Text.min(1),
    message: Text.optional(),
  }),
  Failed,
]);
export type AuthorResult = z.infer<typeof AuthorResult>;

export const LineComment = z.object({ path: ShortText.min(1), line: z.int().min(1), body: Text.min(1) });
export type LineComment = z.infer<typeof LineComment>;

/** Result of a review task. */
export const ReviewerResult = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('done'),
    verdict: z.enum(['approve', 'request-changes']),
    body: Text.min(1),
    comments: z.array(LineComment).max(100),
    /** Ids of threads that the new commits settled. */
    resolve: z.array(ShortText.min(1)).max(200),
  }),
  Failed,
]);
export type ReviewerResult = z.infer<typeof ReviewerResult>;

const parseWith = <T>(schema: z.ZodType<T>, text: string): Result<T, Refusal> => {
  const invalid = (message: string): Result<T, Refusal> =>
    refuse({ code: 'RESULT_INVALID', message, fix: 'write the JSON that docs/agents.md describes' });
  if (Buffer.byteLength(text) > MAX_RESULT_BYTES) return invalid(`the result is larger than ${MAX_RESULT_BYTES} bytes`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return invalid('the result is not JSON');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return accept(parsed.data);
  const first = parsed.error.issues[0];
  return invalid(`the result does not fit at "${first?.path.join('.') ?? ''}": ${first?.message ?? 'unknown'}`);
};

/** Parses what an author command wrote; refusals are `RESULT_INVALID` and name the field. */
export const parseAuthorResult = (text: string): Result<AuthorResult, Refusal> => parseWith(AuthorResult, text);

/** Parses what a reviewer command wrote; refusals are `RESULT_INVALID` and name the field. */
export const parseReviewerResult = (text: string): Result<ReviewerResult, Refusal> => parseWith(ReviewerResult, text);

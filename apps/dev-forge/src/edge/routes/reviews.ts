import { z } from 'zod';
import { found, HttpRefusal, unprocessable } from '../../core/errors.js';
import type { Review, ReviewComment } from '../../core/model.js';
import { isSha } from '../../core/names.js';
import { canPush } from '../../core/permissions.js';
import { reviewCommentJson, reviewJson } from '../../core/payloads/review.js';
import { createChangeDiffComment, createCommentOnDiff, createReplyOnDiff } from '../../flows/comment-on-diff.js';
import type { Deps } from '../../flows/deps.js';
import { dismissReview } from '../../flows/dismiss-review.js';
import { pullOf } from '../../flows/pull-event.js';
import { createSubmitReview, publishReview } from '../../flows/submit-review.js';
import { roleOf } from '../../core/roles.js';
import { created, noContent, numberParam, ok, paged, parseBody, repoRoute } from '../http/route.js';
import type { RepoContext, Route } from '../http/route.js';

const Sha = z.string().refine(isSha, 'a full commit sha');
const Text = z.string().max(65_536);
const Verdict = z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']);
const Place = z.object({
  path: z.string().min(1),
  body: Text.min(1),
  line: z.int().min(1).optional(),
  side: z.enum(['LEFT', 'RIGHT']).optional(),
  position: z.int().min(1).optional(),
  start_line: z.int().min(1).nullish(),
});
const NewReviewBody = z.object({
  commit_id: Sha.nullish(),
  body: Text.nullish(),
  event: Verdict.optional(),
  comments: z.array(Place).max(200).default([]),
});
const NewCommentBody = z.union([
  z.object({ in_reply_to: z.int(), body: Text.min(1) }),
  Place.extend({ commit_id: Sha.optional() }),
]);
const Body = z.object({ body: Text.min(1) });

const read = 'pull_requests:read';
const write = 'pull_requests:write';

const placeOf = ({ start_line: startLine, ...place }: z.infer<typeof Place>) => ({
  ...place,
  startLine: startLine ?? undefined,
});

const pullAt = (deps: Deps, context: RepoContext) => pullOf(deps, context.repo, numberParam(context, 'number'));

const reviewRoutes = (deps: Deps): Route[] => {
  const { world, view } = deps;
  const submitReview = createSubmitReview(deps);
  const rowOf = (context: RepoContext): Review => {
    const row = world.reviews.get(numberParam(context, 'review'));
    const here = row?.repoId === context.repo.id && row.number === numberParam(context, 'number');
    return found(here ? row : undefined);
  };
  const seen = (context: RepoContext, row: Review): boolean =>
    row.state !== 'PENDING' || row.author === context.actor.login;
  const path = '/pulls/:number/reviews';
  return [
    repoRoute(`GET ${path}`, read, 'List reviews for a pull request', (context) => {
      const { number } = pullAt(deps, context);
      const rows = world.reviews.where((row) => row.repoId === context.repo.id && row.number === number);
      return paged(
        context,
        rows.filter((row) => seen(context, row)),
        (row) => reviewJson(view, context.repo, row),
      );
    }),
    repoRoute(`POST ${path}`, write, 'Create a review for a pull request', async (context) => {
      const { commit_id: commitId, body, event, comments } = parseBody(NewReviewBody, context.body);
      const pull = pullAt(deps, context);
      if (commitId != null && (await deps.git.commit(context.repo, commitId)) === undefined) {
        throw unprocessable('Unprocessable Entity', ['Commit could not be resolved']);
      }
      const review = await submitReview(context.repo, pull, context.actor.login, {
        commitId: commitId ?? undefined,
        body: body ?? '',
        event,
        comments: comments.map(placeOf),
      });
      return ok(reviewJson(view, context.repo, review));
    }),
    repoRoute(`GET ${path}/:review`, read, 'Get a review for a pull request', (context) =>
      ok(reviewJson(view, context.repo, rowOf(context))),
    ),
    repoRoute(`POST ${path}/:review/events`, write, 'Submit a review for a pull request', (context) => {
      const { event, body } = parseBody(z.object({ event: Verdict, body: Text.optional() }), context.body);
      const row = rowOf(context);
      if (row.state !== 'PENDING' || row.author !== context.actor.login) {
        throw unprocessable('Unprocessable Entity', ['Can not submit this review']);
      }
      return ok(reviewJson(view, context.repo, publishReview(deps, context.repo, row, event, body ?? row.body)));
    }),
    repoRoute(`PUT ${path}/:review/dismissals`, write, 'Dismiss a review for a pull request', (context) => {
      parseBody(z.object({ message: Text.min(1), event: z.literal('DISMISS').optional() }), context.body);
      const row = rowOf(context);
      const { actor, repo } = context;
      const allowed = actor.kind === 'installation' || canPush(roleOf(world, repo, actor.login));
      if (!allowed) throw new HttpRefusal(403, 'Must have push access to Repository.');
      if (row.state !== 'APPROVED' && row.state !== 'CHANGES_REQUESTED') {
        throw unprocessable('Can not dismiss a review that is not an approval or a request for changes');
      }
      return ok(reviewJson(view, repo, dismissReview(deps, repo, row, actor.login)));
    }),
    repoRoute(`GET ${path}/:review/comments`, read, 'List comments for a pull request review', (context) => {
      const { id } = rowOf(context);
      const rows = world.reviewComments.where((row) => row.reviewId === id);
      return paged(context, rows, (row) => reviewCommentJson(view, context.repo, row));
    }),
  ];
};

const commentRoutes = (deps: Deps): Route[] => {
  const { world, view } = deps;
  const commentOnDiff = createCommentOnDiff(deps);
  const reply = createReplyOnDiff(deps);
  const change = createChangeDiffComment(deps);
  const byId = (context: RepoContext, id: number): ReviewComment => {
    const row = world.reviewComments.get(id);
    return found(row?.repoId === context.repo.id ? row : undefined);
  };
  const own = (context: RepoContext): ReviewComment => {
    const row = byId(context, numberParam(context, 'id'));
    if (row.author === context.actor.login || canPush(roleOf(world, context.repo, context.actor.login))) return row;
    throw new HttpRefusal(403, 'Must have admin rights to Repository.');
  };
  const json = (context: RepoContext, row: ReviewComment) => reviewCommentJson(view, context.repo, row);
  return [
    repoRoute('GET /pulls/:number/comments', read, 'List review comments on a pull request', (context) => {
      const { number } = pullAt(deps, context);
      const rows = world.reviewComments.where((row) => row.repoId === context.repo.id && row.number === number);
      return paged(context, rows, (row) => json(context, row));
    }),
    repoRoute('POST /pulls/:number/comments', write, 'Create a review comment for a pull request', async (context) => {
      const body = parseBody(NewCommentBody, context.body);
      const pull = pullAt(deps, context);
      const { login } = context.actor;
      if ('in_reply_to' in body) {
        return created(json(context, reply(context.repo, pull, byId(context, body.in_reply_to), login, body.body)));
      }
      return created(json(context, await commentOnDiff(context.repo, pull, login, placeOf(body), body.commit_id)));
    }),
    repoRoute('POST /pulls/:number/comments/:id/replies', write, 'Create a reply for a review comment', (context) => {
      const { body } = parseBody(Body, context.body);
      const parent = byId(context, numberParam(context, 'id'));
      return created(json(context, reply(context.repo, pullAt(deps, context), parent, context.actor.login, body)));
    }),
    repoRoute('GET /pulls/comments', read, 'List review comments in a repository', (context) =>
      paged(
        context,
        world.reviewComments.where((row) => row.repoId === context.repo.id),
        (row) => json(context, row),
      ),
    ),
    repoRoute('GET /pulls/comments/:id', read, 'Get a review comment for a pull request', (context) =>
      ok(json(context, byId(context, numberParam(context, 'id')))),
    ),
    repoRoute('PATCH /pulls/comments/:id', write, 'Update a review comment for a pull request', (context) => {
      const { body } = parseBody(Body, context.body);
      return ok(json(context, change(context.repo, own(context), body, context.actor.login)));
    }),
    repoRoute('DELETE /pulls/comments/:id', write, 'Delete a review comment for a pull request', (context) => {
      change(context.repo, own(context), null, context.actor.login);
      return noContent;
    }),
  ];
};

export const createReviewRoutes = (deps: Deps): Route[] => [...reviewRoutes(deps), ...commentRoutes(deps)];

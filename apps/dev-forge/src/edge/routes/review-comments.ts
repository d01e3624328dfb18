import { z } from 'zod';
import { found, HttpRefusal } from '../../core/errors.js';
import type { ReviewComment } from '../../core/model.js';
import { isSha } from '../../core/names.js';
import { reviewCommentJson } from '../../core/payloads/review.js';
import { canPush } from '../../core/permissions.js';
import { roleOf } from '../../core/roles.js';
import { createChangeDiffComment, createCommentOnDiff, createReplyOnDiff } from '../../flows/comment-on-diff.js';
import type { Deps } from '../../flows/deps.js';
import { pullOf } from '../../flows/pull-event.js';
import { created, noContent, numberParam, ok, paged, parseBody, repoRoute } from '../http/route.js';
import type { RepoContext, Route } from '../http/route.js';
import { Place, placeOf } from './review-place.js';

const Text = z.string().min(1).max(65_536);
const Sha = z.string().refine(isSha, 'a full commit sha');
const NewCommentBody = z.union([
  z.object({ in_reply_to: z.int(), body: Text }),
  Place.extend({ commit_id: Sha.optional() }),
]);
const Body = z.object({ body: Text });

const read = 'pull_requests:read';
const write = 'pull_requests:write';

const pullAt = (deps: Deps, context: RepoContext) => pullOf(deps, context.repo, numberParam(context, 'number'));

const byId = ({ world }: Deps, context: RepoContext, id: number): ReviewComment => {
  const row = world.reviewComments.get(id);
  return found(row?.repoId === context.repo.id ? row : undefined);
};

const own = (deps: Deps, context: RepoContext): ReviewComment => {
  const row = byId(deps, context, numberParam(context, 'id'));
  const { actor, repo } = context;
  if (row.author === actor.login || canPush(roleOf(deps.world, repo, actor.login))) return row;
  throw new HttpRefusal(403, 'Must have admin rights to Repository.');
};

export const createReviewCommentRoutes = (deps: Deps): Route[] => {
  const { world, view } = deps;
  const commentOnDiff = createCommentOnDiff(deps);
  const reply = createReplyOnDiff(deps);
  const change = createChangeDiffComment(deps);
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
        return created(
          json(context, reply(context.repo, pull, byId(deps, context, body.in_reply_to), login, body.body)),
        );
      }
      return created(json(context, await commentOnDiff(context.repo, pull, login, placeOf(body), body.commit_id)));
    }),
    repoRoute('POST /pulls/:number/comments/:id/replies', write, 'Create a reply for a review comment', (context) => {
      const { body } = parseBody(Body, context.body);
      const parent = byId(deps, context, numberParam(context, 'id'));
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
      ok(json(context, byId(deps, context, numberParam(context, 'id')))),
    ),
    repoRoute('PATCH /pulls/comments/:id', write, 'Update a review comment for a pull request', (context) => {
      const { body } = parseBody(Body, context.body);
      return ok(json(context, change(context.repo, own(deps, context), body, context.actor.login)));
    }),
    repoRoute('DELETE /pulls/comments/:id', write, 'Delete a review comment for a pull request', (context) => {
      change(context.repo, own(deps, context), null, context.actor.login);
      return noContent;
    }),
  ];
};

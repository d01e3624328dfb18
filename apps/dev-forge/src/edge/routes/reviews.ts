import { z } from 'zod';
import { found, HttpRefusal, unprocessable } from '../../core/errors.js';
import type { Review } from '../../core/model.js';
import { isSha } from '../../core/names.js';
import { canPush } from '../../core/permissions.js';
import { reviewCommentJson, reviewJson } from '../../core/payloads/review.js';
import type { Deps } from '../../flows/deps.js';
import { dismissReview } from '../../flows/dismiss-review.js';
import { pullOf } from '../../flows/pull-event.js';
import { createSubmitReview, publishReview } from '../../flows/submit-review.js';
import { roleOf } from '../../core/roles.js';
import { numberParam, ok, paged, parseBody, repoRoute } from '../http/route.js';
import type { RepoContext, Route } from '../http/route.js';
import { Place, placeOf } from './review-place.js';

const Sha = z.string().refine(isSha, 'a full commit sha');
const Text = z.string().max(65_536);
const Verdict = z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']);
const NewReviewBody = z.object({
  commit_id: Sha.nullish(),
  body: Text.nullish(),
  event: Verdict.optional(),
  comments: z.array(Place).max(200).default([]),
});
const read = 'pull_requests:read';
const write = 'pull_requests:write';

const pullAt = (deps: Deps, context: RepoContext) => pullOf(deps, context.repo, numberParam(context, 'number'));

const path = '/pulls/:number/reviews';

const reviewAt = ({ world }: Deps, context: RepoContext): Review => {
  const row = world.reviews.get(numberParam(context, 'review'));
  const here = row?.repoId === context.repo.id && row.number === numberParam(context, 'number');
  return found(here ? row : undefined);
};

const reviewRoutes = (deps: Deps): Route[] => {
  const { world, view } = deps;
  const submitReview = createSubmitReview(deps);
  const seen = (context: RepoContext, row: Review): boolean =>
    row.state !== 'PENDING' || row.author === context.actor.login;
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
      if (
        commitId !== null &&
        commitId !== undefined &&
        (await deps.git.commit(context.repo, commitId)) === undefined
      ) {
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
      ok(reviewJson(view, context.repo, reviewAt(deps, context))),
    ),
  ];
};

const verdictRoutes = (deps: Deps): Route[] => {
  const { world, view } = deps;
  return [
    repoRoute(`POST ${path}/:review/events`, write, 'Submit a review for a pull request', (context) => {
      const { event, body } = parseBody(z.object({ event: Verdict, body: Text.optional() }), context.body);
      const row = reviewAt(deps, context);
      if (row.state !== 'PENDING' || row.author !== context.actor.login) {
        throw unprocessable('Unprocessable Entity', ['Can not submit this review']);
      }
      return ok(reviewJson(view, context.repo, publishReview(deps, context.repo, row, event, body ?? row.body)));
    }),
    repoRoute(`PUT ${path}/:review/dismissals`, write, 'Dismiss a review for a pull request', (context) => {
      parseBody(z.object({ message: Text.min(1), event: z.literal('DISMISS').optional() }), context.body);
      const row = reviewAt(deps, context);
      const { actor, repo } = context;
      const allowed = actor.kind === 'installation' || canPush(roleOf(world, repo, actor.login));
      if (!allowed) throw new HttpRefusal(403, 'Must have push access to Repository.');
      if (row.state !== 'APPROVED' && row.state !== 'CHANGES_REQUESTED') {
        throw unprocessable('Can not dismiss a review that is not an approval or a request for changes');
      }
      return ok(reviewJson(view, repo, dismissReview(deps, repo, row, actor.login)));
    }),
    repoRoute(`GET ${path}/:review/comments`, read, 'List comments for a pull request review', (context) => {
      const { id } = reviewAt(deps, context);
      const rows = world.reviewComments.where((row) => row.reviewId === id);
      return paged(context, rows, (row) => reviewCommentJson(view, context.repo, row));
    }),
  ];
};

export const createReviewRoutes = (deps: Deps): Route[] => [...reviewRoutes(deps), ...verdictRoutes(deps)];

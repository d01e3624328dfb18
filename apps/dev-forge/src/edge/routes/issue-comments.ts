import { z } from 'zod';
import { found, HttpRefusal } from '../../core/errors.js';
import type { Comment } from '../../core/model.js';
import { commentJson } from '../../core/payloads/issue.js';
import { createChangeComment, createCommentOnIssue } from '../../flows/comment-on-issue.js';
import type { Deps } from '../../flows/deps.js';
import { issueOf } from '../../flows/pull-event.js';
import { created, noContent, numberParam, ok, paged, parseBody, repoRoute } from '../http/route.js';
import type { RepoContext, Route } from '../http/route.js';
import { mayTriage } from './issues.js';

const Body = z.object({ body: z.string().min(1).max(65_536) });

const read = 'issues:read pull_requests:read';
const write = 'issues:write pull_requests:write';

export const createIssueCommentRoutes = (deps: Deps): Route[] => {
  const { world, view } = deps;
  const comment = createCommentOnIssue(deps);
  const change = createChangeComment(deps);
  const rowOf = (context: RepoContext): Comment => {
    const row = found(world.comments.get(numberParam(context, 'id')));
    return found(row.repoId === context.repo.id ? row : undefined);
  };
  const own = (context: RepoContext): Comment => {
    const row = rowOf(context);
    if (row.author === context.actor.login || mayTriage(deps, context)) return row;
    throw new HttpRefusal(403, 'Must have admin rights to Repository.');
  };
  const newer = (context: RepoContext, row: Comment): boolean =>
    context.query['since'] === undefined || Date.parse(row.updatedAt) >= Date.parse(context.query['since']);
  return [
    repoRoute('GET /issues/:number/comments', read, 'List issue comments', (context) => {
      const { number } = issueOf(deps, context.repo, numberParam(context, 'number'));
      const rows = world.comments.where(
        (row) => row.repoId === context.repo.id && row.number === number && newer(context, row),
      );
      return paged(context, rows, (row) => commentJson(view, context.repo, row));
    }),
    repoRoute('POST /issues/:number/comments', write, 'Create an issue comment', (context) => {
      const { body } = parseBody(Body, context.body);
      const issue = issueOf(deps, context.repo, numberParam(context, 'number'));
      return created(commentJson(view, context.repo, comment(context.repo, issue, context.actor.login, body)));
    }),
    repoRoute('GET /issues/comments', read, 'List issue comments for a repository', (context) => {
      const rows = world.comments.where((row) => row.repoId === context.repo.id && newer(context, row));
      return paged(context, rows, (row) => commentJson(view, context.repo, row));
    }),
    repoRoute('GET /issues/comments/:id', read, 'Get an issue comment', (context) =>
      ok(commentJson(view, context.repo, rowOf(context))),
    ),
    repoRoute('PATCH /issues/comments/:id', write, 'Update an issue comment', (context) => {
      const { body } = parseBody(Body, context.body);
      return ok(commentJson(view, context.repo, change(context.repo, own(context), body, context.actor.login)));
    }),
    repoRoute('DELETE /issues/comments/:id', write, 'Delete an issue comment', (context) => {
      change(context.repo, own(context), null, context.actor.login);
      return noContent;
    }),
  ];
};

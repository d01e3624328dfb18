import { z } from 'zod';
import { found, HttpRefusal } from '../../core/errors.js';
import type { Issue } from '../../core/model.js';
import { commentJson, issueEventJson, issueJson } from '../../core/payloads/issue.js';
import { canTriage } from '../../core/permissions.js';
import { createChangeIssue } from '../../flows/change-issue.js';
import type { Deps } from '../../flows/deps.js';
import { createOpenIssue } from '../../flows/open-issue.js';
import { issueOf } from '../../flows/pull-event.js';
import { roleOf } from '../../core/roles.js';
import { created, numberParam, ok, paged, parseBody, repoRoute, type RepoContext, type Route } from '../http/route.js';

const labelName = z.union([z.string().min(1).max(50), z.object({ name: z.string().min(1).max(50) })]);
const names = (labels: readonly z.infer<typeof labelName>[]): string[] =>
  labels.map((label) => (typeof label === 'string' ? label : label.name));

const NewIssueBody = z.object({
  title: z.union([z.string().min(1).max(256), z.number().transform(String)]),
  body: z.string().max(65_536).nullish(),
  labels: z.array(labelName).max(100).default([]),
  assignees: z.array(z.string()).max(10).default([]),
});

const IssuePatch = z.object({
  title: z.string().min(1).max(256).optional(),
  body: z.string().max(65_536).nullable().optional(),
  state: z.enum(['open', 'closed']).optional(),
  state_reason: z.enum(['completed', 'not_planned', 'reopened']).nullable().optional(),
  labels: z.array(labelName).max(100).optional(),
  assignees: z.array(z.string()).max(10).optional(),
});

/** Apps label and assign by their permission; people need triage. */
export const mayTriage = (deps: Deps, { actor, repo }: RepoContext): boolean =>
  actor.kind === 'installation' || canTriage(roleOf(deps.world, repo, actor.login));

const mayEdit = (deps: Deps, context: RepoContext, issue: Issue): boolean =>
  issue.author === context.actor.login || mayTriage(deps, context);

const filters = (query: RepoContext['query']): ((issue: Issue) => boolean)[] => {
  const { state = 'open', labels, since, creator, assignee } = query;
  const wanted = labels?.split(',').filter((name) => name !== '') ?? [];
  return [
    (issue) => state === 'all' || issue.state === state,
    (issue) => wanted.every((name) => issue.labels.some((label) => label.toLowerCase() === name.toLowerCase())),
    (issue) => since === undefined || Date.parse(issue.updatedAt) >= Date.parse(since),
    (issue) => creator === undefined || issue.author === creator,
    (issue) => assignee === undefined || assignee === '*' || issue.assignees.includes(assignee),
  ];
};

const sorted = (issues: Issue[], { sort = 'created', direction = 'desc' }: RepoContext['query']): Issue[] => {
  const key = (issue: Issue): string => (sort === 'updated' ? issue.updatedAt : issue.createdAt);
  const sign = direction === 'asc' ? 1 : -1;
  const order = (a: Issue, b: Issue): number => (key(a) === key(b) ? a.number - b.number : key(a) < key(b) ? -1 : 1);
  return issues.sort((a, b) => sign * order(a, b));
};

const history = (deps: Deps, context: RepoContext) => {
  const issue = issueOf(deps, context.repo, numberParam(context, 'number'));
  return deps.world.issueEvents.where((row) => row.repoId === issue.repoId && row.number === issue.number);
};

const coreRoutes = (deps: Deps): Route[] => {
  const { world, view } = deps;
  const openIssue = createOpenIssue(deps);
  const changeIssue = createChangeIssue(deps);
  return [
    repoRoute('GET /issues', 'issues:read', 'List repository issues', (context) => {
      const tests = filters(context.query);
      const rows = world.issues.where((row) => row.repoId === context.repo.id && tests.every((test) => test(row)));
      return paged(context, sorted(rows, context.query), (row) => issueJson(view, context.repo, row));
    }),
    repoRoute('POST /issues', 'issues:write', 'Create an issue', async (context) => {
      const body = parseBody(NewIssueBody, context.body);
      // GitHub drops labels and assignees silently when the author may not set them.
      const allowed = mayTriage(deps, context);
      const labels = allowed ? names(body.labels) : [];
      const assignees = allowed ? body.assignees : [];
      const input = { title: body.title, body: body.body ?? null, labels, assignees };
      const issue = await openIssue(context.repo, context.actor.login, input);
      return created(issueJson(view, context.repo, issue));
    }),
    repoRoute('GET /issues/:number', 'issues:read pull_requests:read', 'Get an issue', (context) =>
      ok(issueJson(view, context.repo, issueOf(deps, context.repo, numberParam(context, 'number')))),
    ),
    repoRoute('PATCH /issues/:number', 'issues:write pull_requests:write', 'Update an issue', async (context) => {
      const { state_reason: stateReason, labels, ...rest } = parseBody(IssuePatch, context.body);
      const issue = issueOf(deps, context.repo, numberParam(context, 'number'));
      if (!mayEdit(deps, context, issue)) throw new HttpRefusal(403, 'Must have admin rights to Repository.');
      const change = { ...rest, stateReason, labels: labels === undefined ? undefined : names(labels) };
      const changed = await changeIssue(context.repo, issue, change, context.actor.login);
      return ok(issueJson(view, context.repo, changed));
    }),
  ];
};

const historyRoutes = (deps: Deps): Route[] => {
  const { world, view } = deps;
  return [
    repoRoute('GET /issues/:number/events', 'issues:read pull_requests:read', 'List issue events', (context) =>
      paged(context, history(deps, context), (row) => issueEventJson(view, context.repo, row)),
    ),
    repoRoute(
      'GET /issues/:number/timeline',
      'issues:read pull_requests:read',
      'List timeline events for an issue',
      (context) => {
        const issue = issueOf(deps, context.repo, numberParam(context, 'number'));
        const comments = world.comments
          .where((row) => row.repoId === issue.repoId && row.number === issue.number)
          .map((row) => ({ at: row.id, json: { event: 'commented', ...commentJson(view, context.repo, row) } }));
        const events = history(deps, context).map((row) => ({
          at: row.id,
          json: issueEventJson(view, context.repo, row),
        }));
        const rows = [...events, ...comments].sort((a, b) => a.at - b.at);
        return paged(context, rows, (row) => row.json);
      },
    ),
    repoRoute('GET /issues/events/:id', 'issues:read', 'Get an issue event', (context) => {
      const row = found(world.issueEvents.get(numberParam(context, 'id')));
      return ok(issueEventJson(view, context.repo, row));
    }),
  ];
};

export const createIssueRoutes = (deps: Deps): Route[] => [...coreRoutes(deps), ...historyRoutes(deps)];

import { z } from 'zod';
import { HttpRefusal, unprocessable } from '../../core/errors.js';
import type { Issue, Pull, Repo } from '../../core/model.js';
import { isSha } from '../../core/names.js';
import { commitPartJson, fileJson } from '../../core/payloads/commit.js';
import { pullJson, simplePullJson } from '../../core/payloads/pull.js';
import { userJson } from '../../core/payloads/user.js';
import { loginKey } from '../../core/world.js';
import { createChangeIssue, emitIssueChange } from '../../flows/change-issue.js';
import type { Deps } from '../../flows/deps.js';
import { mergeability } from '../../flows/describe-merge.js';
import { createMergePull } from '../../flows/merge-pull.js';
import { createOpenPull } from '../../flows/open-pull.js';
import { baseTip, issueOf, pullFacts, pullOf } from '../../flows/pull-event.js';
import { createRequestReviewers } from '../../flows/request-reviewers.js';
import { touchIssue } from '../../flows/touch-issue.js';
import { createUpdatePullBranch } from '../../flows/update-pull-branch.js';
import { canDo } from '../http/actor.js';
import { created, noContent, numberParam, ok, paged, parseBody, repoRoute } from '../http/route.js';
import type { RepoContext, Route } from '../http/route.js';
import { mayTriage } from './issues.js';

const Sha = z.string().refine(isSha, 'a full commit sha');
const NewPullBody = z.object({
  title: z.string().min(1).max(256),
  head: z.string().min(1).max(300),
  base: z.string().min(1).max(255),
  body: z.string().max(65_536).nullish(),
  draft: z.boolean().default(false),
});
const PullPatch = z.object({
  title: z.string().min(1).max(256).optional(),
  body: z.string().max(65_536).nullable().optional(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
});
const MergeBody = z.object({
  sha: z.string().optional(),
  merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
  commit_title: z.string().max(1000).optional(),
  commit_message: z.string().max(65_536).optional(),
});

const fullJson = async (deps: Deps, repo: Repo, number: number) => {
  const pull = pullOf(deps, repo, number);
  const [facts, merge] = await Promise.all([pullFacts(deps, repo, pull), mergeability(deps, repo, pull)]);
  return pullJson(deps.view, repo, issueOf(deps, repo, number), pullOf(deps, repo, number), facts, merge);
};

const pullNumber = (context: RepoContext): number => numberParam(context, 'number');

const listPulls = (deps: Deps, { repo, query }: RepoContext): { issue: Issue; pull: Pull }[] => {
  const { state = 'open', head, base, sort = 'created', direction = 'desc' } = query;
  const rows = deps.world.pulls.where(
    (pull) =>
      pull.repoId === repo.id &&
      (base === undefined || pull.baseRef === base) &&
      (head === undefined || `${repo.owner}:${pull.headRef}`.toLowerCase() === head.toLowerCase()),
  );
  const key = (row: { issue: Issue }): string => (sort === 'updated' ? row.issue.updatedAt : row.issue.createdAt);
  const order = (a: { issue: Issue }, b: { issue: Issue }): number =>
    key(a) === key(b) ? a.issue.number - b.issue.number : key(a) < key(b) ? -1 : 1;
  return rows
    .map((pull) => ({ issue: issueOf(deps, repo, pull.number), pull }))
    .filter(({ issue }) => state === 'all' || issue.state === state)
    .sort((a, b) => (direction === 'asc' ? order(a, b) : order(b, a)));
};

/** Aims a pull request at another branch. */
const moveBase = async (deps: Deps, repo: Repo, pull: Pull, base: string, sender: string): Promise<void> => {
  if (!(await deps.git.refs(repo)).has(`refs/heads/${base}`)) throw unprocessable('Validation Failed: base');
  const moved = deps.world.pulls.put({ ...pullOf(deps, repo, pull.number), baseRef: base });
  deps.world.pulls.put({ ...moved, baseSha: await baseTip(deps, repo, moved) });
  const issue = touchIssue(deps, issueOf(deps, repo, pull.number));
  const changes = { base: { ref: { from: pull.baseRef }, sha: { from: pull.baseSha } } };
  await emitIssueChange(deps, repo, issue, 'edited', sender, { changes });
};

const coreRoutes = (deps: Deps): Route[] => {
  const openPull = createOpenPull(deps);
  const changeIssue = createChangeIssue(deps);
  return [
    repoRoute('GET /pulls', 'pull_requests:read', 'List pull requests', (context) =>
      paged(context, listPulls(deps, context), ({ issue, pull }) =>
        simplePullJson(deps.view, context.repo, issue, pull),
      ),
    ),
    repoRoute('POST /pulls', 'pull_requests:write', 'Create a pull request', async (context) => {
      const body = parseBody(NewPullBody, context.body);
      const pull = await openPull(context.repo, context.actor.login, { ...body, body: body.body ?? null });
      return created(await fullJson(deps, context.repo, pull.number));
    }),
    repoRoute('GET /pulls/:number', 'pull_requests:read contents:read', 'Get a pull request', async (context) =>
      ok(await fullJson(deps, context.repo, pullNumber(context))),
    ),
    repoRoute('PATCH /pulls/:number', 'pull_requests:write', 'Update a pull request', async (context) => {
      const { repo, actor } = context;
      const { base, ...change } = parseBody(PullPatch, context.body);
      const pull = pullOf(deps, repo, pullNumber(context));
      const mine = issueOf(deps, repo, pull.number).author === actor.login;
      if (!mine && !mayTriage(deps, context)) throw new HttpRefusal(403, 'Must have admin rights to Repository.');
      if (pull.merged && change.state === 'open') throw unprocessable('Validation Failed: a merged pull request');
      await changeIssue(repo, issueOf(deps, repo, pull.number), change, actor.login);
      if (base !== undefined && base !== pull.baseRef) await moveBase(deps, repo, pull, base, actor.login);
      return ok(await fullJson(deps, repo, pull.number));
    }),
  ];
};

const contentRoutes = (deps: Deps): Route[] => [
  repoRoute('GET /pulls/:number/files', 'pull_requests:read', 'List pull requests files', async (context) => {
    const { repo } = context;
    const pull = pullOf(deps, repo, pullNumber(context));
    const base = await baseTip(deps, repo, pull);
    const { mergeBase } = await deps.git.compare(repo, base, pull.headSha);
    const { files } = await pullFacts(deps, repo, pull);
    const patches = await deps.git.patches(repo, mergeBase ?? base, pull.headSha);
    return paged(context, files, (file) => fileJson(deps.view, repo, pull.headSha, file, patches.get(file.path)));
  }),
  repoRoute('GET /pulls/:number/commits', 'pull_requests:read', 'List commits on a pull request', async (context) => {
    const { repo } = context;
    const pull = pullOf(deps, repo, pullNumber(context));
    const log = await deps.git.log(repo, await baseTip(deps, repo, pull), pull.headSha, 250);
    return paged(context, [...log].reverse(), (commit) => commitPartJson(deps.view, repo, commit));
  }),
  repoRoute(
    'GET /commits/:ref/pulls',
    'pull_requests:read',
    'List pull requests associated with a commit',
    async (context) => {
      const { repo } = context;
      const sha = await deps.git.resolve(repo, context.params['ref'] ?? '');
      const rows = deps.world.pulls.where(
        (row) => row.repoId === repo.id && (row.headSha === sha || row.mergeCommitSha === sha),
      );
      return paged(context, rows, (row) => simplePullJson(deps.view, repo, issueOf(deps, repo, row.number), row));
    },
  ),
];

const mergeRoutes = (deps: Deps): Route[] => {
  const mergePull = createMergePull(deps);
  const updateBranch = createUpdatePullBranch(deps);
  return [
    repoRoute(
      'GET /pulls/:number/merge',
      'pull_requests:read',
      'Check if a pull request has been merged',
      (context) => {
        if (!pullOf(deps, context.repo, pullNumber(context)).merged) throw new HttpRefusal(404, 'Not Found');
        return noContent;
      },
    ),
    repoRoute('PUT /pulls/:number/merge', 'contents:write', 'Merge a pull request', async (context) => {
      const body = parseBody(MergeBody, context.body);
      const method = body.merge_method;
      if (method === 'rebase') throw new HttpRefusal(405, 'Rebase merges are not allowed on this repository.');
      const input = { sha: body.sha, method, title: body.commit_title, message: body.commit_message };
      const sha = await mergePull(context.repo, pullNumber(context), context.actor.login, input);
      return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
    }),
    repoRoute(
      'PUT /pulls/:number/update-branch',
      'pull_requests:write',
      'Update a pull request branch',
      async (context) => {
        const { expected_head_sha: expected } = parseBody(
          z.object({ expected_head_sha: Sha.optional() }),
          context.body,
        );
        if (!canDo(deps.world, context.actor, context.repo, ['contents', 'write'])) {
          throw new HttpRefusal(403, 'Resource not accessible by integration');
        }
        await updateBranch(context.repo, pullNumber(context), context.actor.login, expected);
        const url = `${deps.view.base}/repos/${context.repo.owner}/${context.repo.name}/pulls/${pullNumber(context)}`;
        return { status: 202, body: { message: 'Updating pull request branch.', url } };
      },
    ),
  ];
};

const reviewerRoutes = (deps: Deps): Route[] => {
  const requestReviewers = createRequestReviewers(deps);
  const Body = z.object({
    reviewers: z.array(z.string()).max(15).default([]),
    team_reviewers: z.array(z.string()).optional(),
  });
  const people = (context: RepoContext): string[] =>
    parseBody(Body, context.body).reviewers.map((login) => {
      const user = deps.world.users.get(loginKey(login));
      if (user?.type === 'User') return user.login;
      throw unprocessable('Reviews may only be requested from collaborators.');
    });
  const path = '/pulls/:number/requested_reviewers';
  return [
    repoRoute(`GET ${path}`, 'pull_requests:read', 'Get all requested reviewers for a pull request', (context) => {
      const { requestedReviewers } = pullOf(deps, context.repo, pullNumber(context));
      return ok({ users: requestedReviewers.map((login) => userJson(deps.view, login)), teams: [] });
    }),
    repoRoute(`POST ${path}`, 'pull_requests:write', 'Request reviewers for a pull request', async (context) => {
      const pull = pullOf(deps, context.repo, pullNumber(context));
      const logins = people(context);
      if (logins.includes(issueOf(deps, context.repo, pull.number).author)) {
        throw unprocessable('Review cannot be requested from pull request author.');
      }
      const changed = await requestReviewers(context.repo, pull, logins, context.actor.login);
      return created(simplePullJson(deps.view, context.repo, issueOf(deps, context.repo, pull.number), changed));
    }),
    repoRoute(
      `DELETE ${path}`,
      'pull_requests:write',
      'Remove requested reviewers from a pull request',
      async (context) => {
        const pull = pullOf(deps, context.repo, pullNumber(context));
        const changed = await requestReviewers(context.repo, pull, people(context), context.actor.login, true);
        return ok(simplePullJson(deps.view, context.repo, issueOf(deps, context.repo, pull.number), changed));
      },
    ),
  ];
};

export const createPullRoutes = (deps: Deps): Route[] => [
  ...coreRoutes(deps),
  ...contentRoutes(deps),
  ...mergeRoutes(deps),
  ...reviewerRoutes(deps),
];

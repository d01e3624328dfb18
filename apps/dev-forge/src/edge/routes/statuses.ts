import { z } from 'zod';
import { combinedStatus, statusJson } from '../../core/payloads/check.js';
import { repositoryJson, repoUrl } from '../../core/payloads/repository.js';
import type { Deps } from '../../flows/deps.js';
import { createSetStatus } from '../../flows/set-status.js';
import { created, paged, parseBody, repoRoute, type RepoContext, type Route } from '../http/route.js';
import { shaOf } from './checks.js';

const NewStatus = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  context: z.string().min(1).max(255).default('default'),
  description: z.string().max(140).nullish(),
  target_url: z.string().nullish(),
});

export const createStatusRoutes = (deps: Deps): Route[] => {
  const { world, view } = deps;
  const setStatus = createSetStatus(deps);
  const at = async (context: RepoContext) => {
    const sha = await shaOf(deps, context);
    return { sha, rows: world.statuses.where((row) => row.repoId === context.repo.id && row.sha === sha) };
  };
  return [
    repoRoute('POST /statuses/:ref', 'statuses:write', 'Create a commit status', async (context) => {
      const { target_url: targetUrl, description, ...body } = parseBody(NewStatus, context.body);
      const sha = await shaOf(deps, context);
      const input = { ...body, sha, description: description ?? null, targetUrl: targetUrl ?? null };
      return created(statusJson(view, context.repo, await setStatus(context.repo, context.actor.login, input)));
    }),
    repoRoute(
      'GET /commits/:ref/statuses',
      'statuses:read',
      'List commit statuses for a reference',
      async (context) => {
        const { rows } = await at(context);
        return paged(context, rows.reverse(), (row) => statusJson(view, context.repo, row));
      },
    ),
    repoRoute(
      'GET /commits/:ref/status',
      'statuses:read',
      'Get the combined status for a specific reference',
      async (context) => {
        const { sha, rows } = await at(context);
        const { state, latest } = combinedStatus(rows);
        return paged(
          context,
          latest,
          (row) => statusJson(view, context.repo, row),
          (statuses, total) => ({
            state,
            statuses,
            sha,
            total_count: total,
            repository: repositoryJson(view, context.repo),
            commit_url: `${repoUrl(view, context.repo)}/commits/${sha}`,
            url: `${repoUrl(view, context.repo)}/commits/${sha}/status`,
          }),
        );
      },
    ),
  ];
};

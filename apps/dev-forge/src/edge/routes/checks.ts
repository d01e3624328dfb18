import { z } from 'zod';
import { found, HttpRefusal, unprocessable } from '../../core/errors.js';
import type { CheckRun, CheckSuite } from '../../core/model.js';
import { isSha } from '../../core/names.js';
import { checkRunJson, checkSuiteJson } from '../../core/payloads/check.js';
import { repositoryJson } from '../../core/payloads/repository.js';
import { createChangeCheckRun, createStartCheckRun } from '../../flows/check-runs.js';
import type { Deps } from '../../flows/deps.js';
import { createQueueCi } from '../../flows/queue-ci.js';
import { created, numberParam, ok, paged, parseBody, repoRoute, type RepoContext, type Route } from '../http/route.js';

const Sha = z.string().refine(isSha, 'a full commit sha');
const conclusions = ['success', 'failure', 'neutral', 'cancelled', 'skipped', 'timed_out', 'action_required'] as const;
const Output = z.object({
  title: z.string().nullish(),
  summary: z.string().max(65_535).nullish(),
  text: z.string().max(65_535).nullish(),
});
const RunState = z.object({
  name: z.string().min(1).max(200).optional(),
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  conclusion: z.enum(conclusions).nullish(),
  external_id: z.string().optional(),
  details_url: z.url().optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: Output.optional(),
});
const NewRun = RunState.extend({ name: z.string().min(1).max(200), head_sha: Sha });

const stateOf = (body: z.infer<typeof RunState>) => {
  if (body.status === 'completed' && (body.conclusion ?? null) === null) {
    throw unprocessable('Validation Failed', [{ resource: 'CheckRun', field: 'conclusion', code: 'missing_field' }]);
  }
  const { title, summary, text } = body.output ?? {};
  return {
    name: body.name,
    status: body.status,
    conclusion: body.conclusion ?? undefined,
    externalId: body.external_id,
    detailsUrl: body.details_url,
    startedAt: body.started_at,
    completedAt: body.completed_at,
    output: body.output && { title: title ?? null, summary: summary ?? null, text: text ?? null },
  };
};

export const shaOf = async (deps: Deps, { repo, params }: RepoContext): Promise<string> => {
  const sha = await deps.git.resolve(repo, params['ref'] ?? '');
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${params['ref'] ?? ''}`);
  return sha;
};

const runOf = (deps: Deps, context: RepoContext): CheckRun => {
  const row = deps.world.checkRuns.get(numberParam(context, 'id'));
  return found(row?.repoId === context.repo.id ? row : undefined);
};

const suiteOf = (deps: Deps, context: RepoContext): CheckSuite => {
  const row = deps.world.checkSuites.get(numberParam(context, 'id'));
  return found(row?.repoId === context.repo.id ? row : undefined);
};

/** `filter=latest` (the default) leaves out runs that a later one of the same App and name replaced. */
const listRuns = (context: RepoContext, rows: readonly CheckRun[]) => {
  const { check_name: name, status, filter = 'latest', app_id: app } = context.query;
  const newest = new Map<string, number>();
  for (const row of rows) {
    const key = `${row.appId} ${row.name}`;
    newest.set(key, Math.max(newest.get(key) ?? 0, row.id));
  }
  return rows
    .filter((row) => filter === 'all' || newest.get(`${row.appId} ${row.name}`) === row.id)
    .filter((row) => name === undefined || row.name === name)
    .filter((row) => app === undefined || String(row.appId) === app)
    .filter((row) => status === undefined || row.status === status)
    .reverse();
};

const pageOfRuns = (deps: Deps, context: RepoContext, rows: readonly CheckRun[]) =>
  paged(
    context,
    listRuns(context, rows),
    (row) => checkRunJson(deps.view, context.repo, row),
    (runs, total) => ({ total_count: total, check_runs: runs }),
  );

const runWrites = (deps: Deps): Route[] => {
  const { world, view } = deps;
  const startCheckRun = createStartCheckRun(deps);
  const changeCheckRun = createChangeCheckRun(deps);
  const branchAt = ({ repo }: RepoContext, sha: string): string | null =>
    world.pulls.where((pull) => pull.repoId === repo.id && pull.headSha === sha)[0]?.headRef ?? null;
  return [
    repoRoute('POST /check-runs', 'checks:write', 'Create a check run', async (context) => {
      const { actor, repo } = context;
      if (actor.kind !== 'installation') {
        throw new HttpRefusal(403, 'You must authenticate via a GitHub App.');
      }
      const body = parseBody(NewRun, context.body);
      if ((await deps.git.commit(repo, body.head_sha)) === undefined) {
        throw unprocessable(`No commit found for SHA: ${body.head_sha}`);
      }
      const run = await startCheckRun(repo, {
        app: actor.app.id,
        name: body.name,
        headSha: body.head_sha,
        headBranch: branchAt(context, body.head_sha),
        before: null,
        ours: false,
        sender: actor.login,
        state: stateOf(body),
      });
      return created(checkRunJson(view, repo, run));
    }),
    repoRoute('PATCH /check-runs/:id', 'checks:write', 'Update a check run', async (context) => {
      const run = runOf(deps, context);
      if (context.actor.kind !== 'installation' || context.actor.app.id !== run.appId) {
        throw new HttpRefusal(
          403,
          'Invalid app_id - check run can only be modified by the GitHub App that created it.',
        );
      }
      const changed = await changeCheckRun(context.repo, run, stateOf(parseBody(RunState, context.body)));
      return ok(checkRunJson(view, context.repo, changed));
    }),
  ];
};

const runReads = (deps: Deps): Route[] => {
  const { world, view } = deps;
  return [
    repoRoute('GET /check-runs/:id', 'checks:read', 'Get a check run', (context) =>
      ok(checkRunJson(view, context.repo, runOf(deps, context))),
    ),
    repoRoute('GET /check-runs/:id/annotations', 'checks:read', 'List check run annotations', (context) => {
      runOf(deps, context);
      return ok([]);
    }),
    repoRoute('GET /commits/:ref/check-runs', 'checks:read', 'List check runs for a Git reference', async (context) => {
      const sha = await shaOf(deps, context);
      return pageOfRuns(
        deps,
        context,
        world.checkRuns.where((row) => row.repoId === context.repo.id && row.headSha === sha),
      );
    }),
    repoRoute('GET /check-suites/:id/check-runs', 'checks:read', 'List check runs in a check suite', (context) => {
      const { id } = suiteOf(deps, context);
      return pageOfRuns(
        deps,
        context,
        world.checkRuns.where((row) => row.suiteId === id),
      );
    }),
  ];
};

const suiteRoutes = (deps: Deps): Route[] => {
  const { world, view } = deps;
  const queueCi = createQueueCi(deps);
  const again = async (context: RepoContext, suite: CheckSuite | undefined): Promise<void> => {
    const { headSha, headBranch } = found(suite);
    await queueCi(context.repo, headSha, headBranch ?? '', null, true);
  };
  return [
    repoRoute(
      'GET /commits/:ref/check-suites',
      'checks:read',
      'List check suites for a Git reference',
      async (context) => {
        const sha = await shaOf(deps, context);
        const rows = world.checkSuites.where((row) => row.repoId === context.repo.id && row.headSha === sha);
        return paged(
          context,
          rows,
          (row) => checkSuiteJson(view, context.repo, row),
          (suites, total) => ({ total_count: total, check_suites: suites }),
        );
      },
    ),
    repoRoute('GET /check-suites/:id', 'checks:read', 'Get a check suite', (context) =>
      ok({
        ...checkSuiteJson(view, context.repo, suiteOf(deps, context)),
        repository: repositoryJson(view, context.repo),
      }),
    ),
    repoRoute('POST /check-runs/:id/rerequest', 'checks:write', 'Rerequest a check run', async (context) => {
      await again(context, world.checkSuites.get(runOf(deps, context).suiteId));
      return created({});
    }),
    repoRoute('POST /check-suites/:id/rerequest', 'checks:write', 'Rerequest a check suite', async (context) => {
      await again(context, suiteOf(deps, context));
      return created({});
    }),
  ];
};

export const createCheckRoutes = (deps: Deps): Route[] => [...runWrites(deps), ...runReads(deps), ...suiteRoutes(deps)];

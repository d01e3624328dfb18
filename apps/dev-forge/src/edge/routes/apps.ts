import { z } from 'zod';
import { found, HttpRefusal, unprocessable } from '../../core/errors.js';
import type { App, Installation, Level, Repo } from '../../core/model.js';
import { within } from '../../core/permissions.js';
import { repositoryJson } from '../../core/payloads/repository.js';
import { appJson, installationJson, userJson } from '../../core/payloads/user.js';
import { githubTime } from '../../core/time.js';
import { loginKey, repoKey } from '../../core/world.js';
import type { Deps } from '../../flows/deps.js';
import { canSee } from '../http/actor.js';
import { created, noContent, numberParam, ok, paged, parseBody, plainRoute } from '../http/route.js';
import type { Answer, RouteContext, Route } from '../http/route.js';
import { hashToken, newInstallationToken } from '../secrets.js';

const tokenMs = 3_600_000;

const TokenBody = z.object({
  repositories: z.array(z.string()).max(500).optional(),
  repository_ids: z.array(z.int()).max(500).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])).optional(),
});

const appOf = ({ actor }: RouteContext): App => {
  if (actor.kind === 'app') return actor.app;
  throw new HttpRefusal(401, 'A JSON web token could not be decoded');
};

const reposOf = (deps: Deps, row: Installation): Repo[] =>
  deps.world.repos.where((repo) => loginKey(repo.owner) === loginKey(row.owner));

/** The repositories that a token is asked for; one that the installation does not have refuses the token. */
const selectRepos = (all: readonly Repo[], body: z.infer<typeof TokenBody>): Repo[] | undefined => {
  if (body.repositories === undefined && body.repository_ids === undefined) return undefined;
  const byName = (body.repositories ?? []).map((name) => all.find((repo) => loginKey(repo.name) === loginKey(name)));
  const byId = (body.repository_ids ?? []).map((id) => all.find((repo) => repo.id === id));
  return [...byName, ...byId].map((repo) => {
    if (repo !== undefined) return repo;
    throw unprocessable(
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  });
};

const mint = (deps: Deps, context: RouteContext): Answer => {
  const app = appOf(context);
  const row = found(deps.world.installations.get(numberParam(context, 'id')));
  if (row.appId !== app.id) throw new HttpRefusal(404, 'Not Found');
  const body = parseBody(TokenBody, context.body);
  const repos = selectRepos(reposOf(deps, row), body);
  const asked: Readonly<Record<string, Level>> = body.permissions ?? app.permissions;
  if (!within(asked, app.permissions)) {
    throw unprocessable('The permissions requested are not granted to this installation.');
  }
  const permissions = { metadata: 'read' as const, ...asked };
  const token = newInstallationToken();
  const expiresAt = deps.now() + tokenMs;
  const repositoryIds = repos?.map((repo) => repo.id) ?? null;
  for (const old of deps.world.tokens.where((one) => one.expiresAt <= deps.now())) deps.world.tokens.remove(old.hash);
  deps.world.tokens.put({ hash: hashToken(token), installationId: row.id, repositoryIds, permissions, expiresAt });
  return created({
    token,
    expires_at: githubTime(expiresAt),
    permissions,
    repository_selection: repos === undefined ? 'all' : 'selected',
    ...(repos === undefined ? {} : { repositories: repos.map((repo) => repositoryJson(deps.view, repo)) }),
  });
};

const installationsOf = (deps: Deps, app: App): Installation[] =>
  deps.world.installations.where((row) => row.appId === app.id);

const installationRoutes = (deps: Deps): Route[] => {
  const { view } = deps;
  const onOwner = (context: RouteContext, owner: string): Answer => {
    const app = appOf(context);
    const row = installationsOf(deps, app).find((one) => loginKey(one.owner) === loginKey(owner));
    return ok(installationJson(view, app, found(row)));
  };
  const repoInstallation = (context: RouteContext): Answer => {
    const { owner = '', repo = '' } = context.params;
    return onOwner(context, found(deps.world.repos.get(repoKey(owner, repo))).owner);
  };
  const of = 'for the authenticated app';
  return [
    plainRoute('GET /app', 'app', 'Get the authenticated app', (context) => ok(appJson(view, appOf(context)))),
    plainRoute('GET /app/installations', 'app', `List installations ${of}`, (context) =>
      paged(context, installationsOf(deps, appOf(context)), (row) => installationJson(view, appOf(context), row)),
    ),
    plainRoute('GET /app/installations/:id', 'app', `Get an installation ${of}`, (context) => {
      const row = installationsOf(deps, appOf(context)).find((one) => one.id === numberParam(context, 'id'));
      return ok(installationJson(view, appOf(context), found(row)));
    }),
    plainRoute(
      'POST /app/installations/:id/access_tokens',
      'app',
      'Create an installation access token for an app',
      (context) => mint(deps, context),
    ),
    plainRoute('GET /repos/:owner/:repo/installation', 'app', `Get a repository installation ${of}`, repoInstallation),
    plainRoute('GET /orgs/:owner/installation', 'app', `Get an organization installation ${of}`, (context) =>
      onOwner(context, context.params['owner'] ?? ''),
    ),
    plainRoute('GET /users/:owner/installation', 'app', `Get a user installation ${of}`, (context) =>
      onOwner(context, context.params['owner'] ?? ''),
    ),
  ];
};

const tokenRoutes = (deps: Deps): Route[] => [
  plainRoute('DELETE /installation/token', 'anyone', 'Revoke an installation access token', ({ actor }) => {
    if (actor.kind !== 'installation') throw new HttpRefusal(403, 'Resource not accessible by this token');
    deps.world.tokens.remove(actor.tokenHash);
    return noContent;
  }),
  plainRoute(
    'GET /installation/repositories',
    'anyone',
    'List repositories accessible to the app installation',
    (context) => {
      const { actor } = context;
      if (actor.kind !== 'installation') throw new HttpRefusal(403, 'Resource not accessible by this token');
      const rows = deps.world.repos.where((repo) => canSee(deps.world, actor, repo));
      return paged(
        context,
        rows,
        (repo) => repositoryJson(deps.view, repo),
        (repositories, total) => ({
          total_count: total,
          repository_selection: actor.repositoryIds === null ? 'all' : 'selected',
          repositories,
        }),
      );
    },
  ),
];

export const createAppRoutes = (deps: Deps): Route[] => [
  ...installationRoutes(deps),
  ...tokenRoutes(deps),
  plainRoute('GET /apps/:slug', 'anyone', 'Get an app', ({ params }) => {
    const [app] = deps.world.apps.where((row) => row.slug === params['slug']);
    return ok(appJson(deps.view, found(app)));
  }),
  plainRoute('GET /user', 'anyone', 'Get the authenticated user', ({ actor }) => {
    if (actor.kind !== 'user') throw new HttpRefusal(403, 'Resource not accessible by integration');
    const user = found(deps.world.users.get(loginKey(actor.login)));
    return ok({ ...userJson(deps.view, actor.login), name: user.name, email: user.email });
  }),
  plainRoute('GET /users/:login', 'anyone', 'Get a user', ({ params }) => {
    const user = found(deps.world.users.get(loginKey(params['login'] ?? '')));
    return ok({ ...userJson(deps.view, user.login), name: user.name, email: user.email });
  }),
];

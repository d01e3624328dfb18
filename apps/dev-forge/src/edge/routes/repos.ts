import { z } from 'zod';
import { codeownersPaths, unknownOwners } from '../../core/codeowners.js';
import { found, HttpRefusal, notFound } from '../../core/errors.js';
import { canPush, canTriage, legacyPermission } from '../../core/permissions.js';
import { fullRepositoryJson } from '../../core/payloads/repository.js';
import { userJson } from '../../core/payloads/user.js';
import { loginKey, repoKey } from '../../core/world.js';
import { codeownerRules, ownerPerson } from '../../flows/code-owners.js';
import type { Deps } from '../../flows/deps.js';
import { roleOf } from '../../core/roles.js';
import { noContent, ok, paged, parseBody, repoRoute, type RepoContext, type Route } from '../http/route.js';

const collaboratorJson = (deps: Deps, { repo }: RepoContext, login: string) => {
  const role = roleOf(deps.world, repo, login);
  return {
    ...userJson(deps.view, login),
    permissions: {
      pull: role !== undefined,
      triage: canTriage(role),
      push: canPush(role),
      maintain: role === 'maintain' || role === 'admin',
      admin: role === 'admin',
    },
    role_name: role ?? 'none',
  };
};

const Role = z.object({
  permission: z.enum(['pull', 'triage', 'push', 'maintain', 'admin']).default('push'),
});

const loginOf = ({ params }: RepoContext): string => params['username'] ?? '';

const collaboratorReads = (deps: Deps): Route[] => {
  const { world } = deps;
  return [
    repoRoute('GET /collaborators', 'metadata:read', 'List repository collaborators', (context) => {
      const rows = world.users.where(
        (user) => user.type === 'User' && roleOf(world, { ...context.repo, private: true }, user.login) !== undefined,
      );
      return paged(context, rows, (user) => collaboratorJson(deps, context, user.login));
    }),
    repoRoute(
      'GET /collaborators/:username',
      'metadata:read',
      'Check if a user is a repository collaborator',
      (context) => {
        if (roleOf(world, { ...context.repo, private: true }, loginOf(context)) === undefined) throw notFound();
        return noContent;
      },
    ),
    repoRoute(
      'GET /collaborators/:username/permission',
      'metadata:read',
      'Get repository permissions for a user',
      (context) => {
        const login = loginOf(context);
        const user = world.users.get(loginKey(login));
        if (user === undefined) throw new HttpRefusal(404, `${login} is not a user`);
        const role = roleOf(world, context.repo, login);
        return ok({
          permission: legacyPermission(role),
          role_name: role ?? 'none',
          user: collaboratorJson(deps, context, login),
        });
      },
    ),
  ];
};

const collaboratorWrites = (deps: Deps): Route[] => {
  const { world } = deps;
  return [
    repoRoute('PUT /collaborators/:username', 'administration:write', 'Add a repository collaborator', (context) => {
      const { permission } = parseBody(Role, context.body);
      const user = found(world.users.get(loginKey(loginOf(context))));
      const role = permission === 'pull' ? 'read' : permission === 'push' ? 'write' : permission;
      const repo = found(world.repos.get(repoKey(context.repo.owner, context.repo.name)));
      world.repos.put({ ...repo, collaborators: { ...repo.collaborators, [user.login]: role } });
      return noContent;
    }),
    repoRoute(
      'DELETE /collaborators/:username',
      'administration:write',
      'Remove a repository collaborator',
      (context) => {
        const rest = Object.entries(context.repo.collaborators).filter(
          ([login]) => loginKey(login) !== loginKey(loginOf(context)),
        );
        world.repos.put({ ...context.repo, collaborators: Object.fromEntries(rest) });
        return noContent;
      },
    ),
  ];
};

export const createRepoRoutes = (deps: Deps): Route[] => [
  repoRoute('GET /', 'metadata:read', 'Get a repository', ({ repo, actor }) => {
    const role = actor.kind === 'user' ? roleOf(deps.world, repo, actor.login) : undefined;
    const installation = actor.kind === 'installation' ? actor.permissions : {};
    return ok({
      ...fullRepositoryJson(deps.view, repo),
      permissions: {
        admin: role === 'admin',
        maintain: role === 'admin' || role === 'maintain',
        push: canPush(role) || installation['contents'] === 'write',
        triage: canTriage(role),
        pull: true,
      },
    });
  }),
  ...collaboratorReads(deps),
  ...collaboratorWrites(deps),
  repoRoute('GET /codeowners/errors', 'contents:read', 'List CODEOWNERS errors', async ({ repo, query }) => {
    const sha = found(await deps.git.resolve(repo, query['ref'] ?? repo.defaultBranch));
    const rules = await codeownerRules(deps, repo, sha);
    const errors = unknownOwners(rules, (login) => ownerPerson(deps, login) !== undefined);
    return ok({
      errors: errors.map(({ rule, owner }) => ({
        line: rule.line,
        column: 1,
        kind: 'Unknown owner',
        source: `${rule.pattern} ${rule.owners.join(' ')}`,
        suggestion: `make sure ${owner} exists and has write access to the repository`,
        message: `Unknown owner on line ${rule.line}: ${owner}; only people and teams can own code`,
        path: codeownersPaths[0],
      })),
    });
  }),
  repoRoute('GET /assignees', 'metadata:read', 'List assignees', (context) => {
    const rows = deps.world.users.where((user) => canPush(roleOf(deps.world, context.repo, user.login)));
    return paged(context, rows, (user) => userJson(deps.view, user.login));
  }),
];

import { HttpRefusal, notFound } from '../../core/errors.js';
import { claimsProblem } from '../../core/jwt-claims.js';
import type { App, Installation, Level, Permissions, Repo } from '../../core/model.js';
import { allows, roleAllows } from '../../core/permissions.js';
import { roleOf } from '../../core/roles.js';
import { botLogin, loginKey, type World } from '../../core/world.js';
import { hashToken, readJwt } from '../secrets.js';

/** Who asks. */
export type Actor =
  | { readonly kind: 'user'; readonly login: string; readonly siteAdmin: boolean }
  | { readonly kind: 'app'; readonly login: string; readonly app: App }
  | {
      readonly kind: 'installation';
      readonly login: string;
      readonly app: App;
      readonly installation: Installation;
      readonly repositoryIds: readonly number[] | null;
      readonly permissions: Permissions;
      readonly tokenHash: string;
    };

export type Need = readonly [permission: string, level: Level];

const appActor = (world: World, token: string, nowMs: number): Actor => {
  const jwt = readJwt(token);
  if (jwt === undefined) throw new HttpRefusal(401, 'A JSON web token could not be decoded');
  const issuer = String(jwt.claims['iss']);
  const [app] = world.apps.where((row) => String(row.id) === issuer || row.clientId === issuer);
  if (app === undefined || !jwt.isSignedBy(app.publicKeyPem)) {
    throw new HttpRefusal(401, 'A JSON web token could not be decoded');
  }
  const problem = claimsProblem(jwt.claims, nowMs / 1000);
  if (problem !== undefined) throw new HttpRefusal(401, problem);
  return { kind: 'app', login: botLogin(app.slug), app };
};

/** The user or installation behind an opaque token; undefined if nobody is (any more). */
export const tokenActor = (world: World, token: string, nowMs: number): Actor | undefined => {
  const tokenHash = hashToken(token);
  const row = world.tokens.get(tokenHash);
  if (row !== undefined && row.expiresAt > nowMs) {
    const installation = world.installations.get(row.installationId);
    const app = installation === undefined ? undefined : world.apps.get(installation.appId);
    if (installation === undefined || app === undefined) return undefined;
    const { repositoryIds, permissions } = row;
    return {
      kind: 'installation',
      login: botLogin(app.slug),
      app,
      installation,
      repositoryIds,
      permissions,
      tokenHash,
    };
  }
  const [user] = world.users.where((candidate) => candidate.tokenHash === tokenHash);
  return user === undefined ? undefined : { kind: 'user', login: user.login, siteAdmin: user.siteAdmin };
};

const basicPassword = (value: string): string =>
  Buffer.from(value, 'base64').toString('utf8').split(':').slice(1).join(':');

/** Reads an Authorization header; refuses with 401 whatever does not lead to someone. */
export const authenticate = (world: World, header: string | undefined, nowMs: number): Actor => {
  const match = /^(bearer|token|basic)\s+(\S+)\s*$/i.exec(header ?? '');
  if (match === null) throw new HttpRefusal(401, 'Requires authentication');
  const scheme = (match[1] ?? '').toLowerCase();
  const value = match[2] ?? '';
  const token = scheme === 'basic' ? basicPassword(value) : value;
  if (scheme === 'bearer' && token.split('.').length === 3) return appActor(world, token, nowMs);
  const actor = tokenActor(world, token, nowMs);
  if (actor === undefined) throw new HttpRefusal(401, 'Bad credentials');
  return actor;
};

/** Whether the repository exists for this actor at all. */
export const canSee = (world: World, actor: Actor, repo: Repo): boolean => {
  if (actor.kind === 'app') return false;
  if (actor.kind === 'user') return roleOf(world, repo, actor.login) !== undefined;
  const owned = loginKey(actor.installation.owner) === loginKey(repo.owner);
  return owned && (actor.repositoryIds === null || actor.repositoryIds.includes(repo.id));
};

export const canDo = (world: World, actor: Actor, repo: Repo, [name, level]: Need): boolean => {
  if (actor.kind === 'installation') return allows(actor.permissions, name, level);
  return actor.kind === 'user' && roleAllows(roleOf(world, repo, actor.login), name, level);
};

/** 404 for what one may not see, 403 for what one may not do. Any one of the needs is enough. */
export const authorize = (world: World, actor: Actor, repo: Repo | undefined, needs: readonly Need[]): Repo => {
  if (repo === undefined || !canSee(world, actor, repo)) throw notFound();
  if (needs.length === 0 || needs.some((need) => canDo(world, actor, repo, need))) return repo;
  throw new HttpRefusal(
    403,
    actor.kind === 'installation'
      ? 'Resource not accessible by integration'
      : 'Must have admin rights or push access to Repository.',
  );
};

import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { messageOf } from '@rig/kernel';
import { HttpRefusal } from '../../core/errors.js';
import type { Repo } from '../../core/model.js';
import { zeroSha } from '../../core/payloads/push.js';
import { repoKey } from '../../core/world.js';
import { createAcceptPush } from '../../flows/accept-push.js';
import type { Deps } from '../../flows/deps.js';
import { repoDir } from '../git/bare-git.js';
import { authenticate, authorize, type Actor } from '../http/actor.js';
import { runBackend } from './backend.js';
import { createCommandTap, type PushCommand } from './commands.js';

const timeoutMs = 120_000;

const services = { 'git-upload-pack': 'read', 'git-receive-pack': 'write' } as const;
type Service = keyof typeof services;

interface GitParams {
  readonly owner: string;
  readonly name: string;
}

/** Branches that only pull requests may move: protected ones, for everyone but people with admin rights. */
const refusedRefs = (repo: Repo, actor: Actor): string[] => {
  if (actor.kind === 'user') return [];
  const names = new Set(Object.keys(repo.protections));
  for (const { branches } of repo.rulesets) {
    for (const branch of branches) names.add(branch === '~DEFAULT_BRANCH' ? repo.defaultBranch : branch);
  }
  return [...names].map((name) => `refs/heads/${name}`);
};

const isService = (name: string | undefined): name is Service =>
  name === 'git-upload-pack' || name === 'git-receive-pack';

/** One git request: who asks, may they, then git, then what the push means. */
const createServe = (deps: Deps, root: string) => {
  const acceptPush = createAcceptPush(deps);

  const enter = (request: FastifyRequest, service: Service): { actor: Actor; repo: Repo } => {
    const { owner, name } = request.params as GitParams;
    const actor = authenticate(deps.world, request.headers.authorization, deps.now());
    const repo = deps.world.repos.get(repoKey(owner, name.replace(/\.git$/, '')));
    return { actor, repo: authorize(deps.world, actor, repo, [['contents', services[service]]]) };
  };

  /**
   * What git has taken becomes push events and new heads, in the order of the refs. Whence a ref came is what the push
   * itself says: what the forge remembers may be newer, for another request may have read the refs since git took them.
   */
  const afterPush = (repo: Repo, commands: readonly PushCommand[], actor: Actor): Promise<void> =>
    deps.exclusive(repo, async () => {
      const refs = await deps.git.refresh(repo);
      for (const { ref, before } of commands) {
        const change = { ref, before, after: refs.get(ref) ?? zeroSha };
        if (change.before !== change.after) await acceptPush(repo, change, actor.login);
      }
    });

  return async (request: FastifyRequest, reply: FastifyReply, path: string, service: Service): Promise<void> => {
    const { actor, repo } = enter(request, service);
    const { tap, commands } = createCommandTap();
    const body = request.body instanceof Readable ? request.body.pipe(tap) : undefined;
    reply.hijack();
    const good = await runBackend({
      request: request.raw,
      response: reply.raw,
      body,
      dir: repoDir(root, repo),
      path,
      query: request.url.split('?')[1] ?? '',
      login: actor.login,
      refusedRefs: service === 'git-receive-pack' ? refusedRefs(repo, actor) : [],
      timeoutMs,
    });
    try {
      // The client hears of its push only after the forge has noted it.
      if (good && path === '/git-receive-pack') await afterPush(repo, commands(), actor);
    } catch (error) {
      deps.logger.log('error', 'a push was not noted', { repo: repo.name, error: messageOf(error) });
    }
    reply.raw.end();
  };
};

/** Git over smart HTTP: who may read may fetch, who may write may push; tokens are looked up for every request. */
export const registerGit = (server: FastifyInstance, deps: Deps, root: string): void => {
  const serve = createServe(deps, root);

  void server.register(async (scope) => {
    scope.addContentTypeParser(/^application\/x-git-/, (_request, payload, done) => done(null, payload));
    scope.setErrorHandler((error, _request, reply) => {
      const status = error instanceof HttpRefusal ? error.status : 500;
      if (status === 401) void reply.header('www-authenticate', 'Basic realm="GitHub"');
      return reply
        .code(status)
        .type('text/plain')
        .send(`${messageOf(error)}\n`);
    });
    scope.get('/:owner/:name/info/refs', async (request, reply) => {
      const { service } = request.query as { service?: string };
      if (!isService(service)) throw new HttpRefusal(403, 'Only the smart HTTP protocol is served.');
      await serve(request, reply, '/info/refs', service);
    });
    for (const service of ['git-upload-pack', 'git-receive-pack'] as const) {
      scope.post(`/:owner/:name/${service}`, { bodyLimit: 512 * 1024 * 1024 }, (request, reply) =>
        serve(request, reply, `/${service}`, service),
      );
    }
  });
};

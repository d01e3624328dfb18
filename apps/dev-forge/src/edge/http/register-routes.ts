import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpRefusal } from '../../core/errors.js';
import { repoKey } from '../../core/world.js';
import type { Deps } from '../../flows/deps.js';
import { etagOf } from '../secrets.js';
import { authenticate, authorize, type Actor } from './actor.js';
import type { RateLimiter } from './rate-limit.js';
import type { Answer, Route, RouteContext } from './route.js';

const strings = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries((value ?? {}) as Record<string, unknown>).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );

export const rateHeaders = (reply: FastifyReply, limiter: RateLimiter, actor: Actor): void => {
  const { limit, used, remaining, reset } = limiter.state(actor);
  void reply.headers({
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': 'core',
  });
};

/** Counts the call or refuses it, telling when to come again. */
export const spend = (reply: FastifyReply, limiter: RateLimiter, actor: Actor, nowMs: number): void => {
  const taken = limiter.take(actor);
  rateHeaders(reply, limiter, actor);
  if (taken) return;
  const seconds = Math.max(1, limiter.state(actor).reset - Math.floor(nowMs / 1000));
  void reply.header('retry-after', String(seconds));
  throw new HttpRefusal(403, `API rate limit exceeded for ${actor.login}.`);
};

const run = (deps: Deps, route: Route, context: RouteContext): Answer | Promise<Answer> => {
  const { actor, params } = context;
  if (route.scope === 'repo') {
    const repo = deps.world.repos.get(repoKey(params['owner'] ?? '', params['repo'] ?? ''));
    return route.handle({ ...context, repo: authorize(deps.world, actor, repo, route.needs) });
  }
  if (route.scope === 'app' && actor.kind !== 'app') {
    throw new HttpRefusal(401, 'A JSON web token could not be decoded');
  }
  return route.handle(context);
};

const send = (request: FastifyRequest, reply: FastifyReply, answer: Answer, free: () => void): FastifyReply => {
  void reply.headers(answer.headers ?? {});
  if (answer.body === undefined) return reply.code(answer.status).send();
  const body = Buffer.isBuffer(answer.body) ? answer.body : JSON.stringify(answer.body);
  void reply.header('x-github-media-type', 'github.v3; format=json');
  if (request.method === 'GET' && answer.status === 200) {
    const etag = etagOf(body);
    void reply.headers({ etag, 'cache-control': 'private, max-age=60, s-maxage=60' });
    const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (known?.includes(etag.replace(/^W\//, '')) === true) {
      free();
      return reply.code(304).send();
    }
  }
  if (answer.headers?.['content-type'] === undefined) void reply.type('application/json; charset=utf-8');
  return reply.code(answer.status).send(body);
};

/** Puts routes on the server: who asks, may they, how often, then the handler, then ETag and the rate left. */
export const registerRoutes = (
  server: FastifyInstance,
  deps: Deps,
  limiter: RateLimiter,
  routes: readonly Route[],
): void => {
  for (const route of routes) {
    server.route({
      method: route.method,
      url: route.path,
      handler: async (request, reply) => {
        const actor = authenticate(deps.world, request.headers.authorization, deps.now());
        if (route.path !== '/rate_limit') spend(reply, limiter, actor, deps.now());
        const url = new URL(request.url, deps.view.base);
        const context = { actor, params: strings(request.params), query: strings(request.query), body: request.body };
        const answer = await run(deps, route, { ...context, url });
        return send(request, reply, answer, () => {
          limiter.giveBack(actor);
          rateHeaders(reply, limiter, actor);
        });
      },
    });
  }
};

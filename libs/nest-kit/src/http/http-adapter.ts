import { FastifyAdapter, RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Kit } from '../kit/kit.js';
import { problemBody, ProblemException } from './problem.js';

/** Largest body of an ordinary route, in bytes. */
export const DEFAULT_BODY_LIMIT = 1024 * 1024;

interface RouteSettings {
  readonly rawBody?: boolean;
  readonly bodyLimit?: number;
}

/**
 * Route decorator: the handler's `@Body()` is the untouched `Buffer`, whatever its content type, so that a signature can
 * be checked over the bytes before anything parses them. Larger bodies are refused unread (413).
 * @param limit  bytes; default 1 MiB.
 */
export const RawBody = (limit: number = DEFAULT_BODY_LIMIT): MethodDecorator =>
  RouteConfig({ rawBody: true, bodyLimit: limit } satisfies RouteSettings);

/** Route decorator: another body limit than 1 MiB, in bytes. */
export const BodyLimit = (limit: number): MethodDecorator => RouteConfig({ bodyLimit: limit } satisfies RouteSettings);

const settingsOf = (config: unknown): RouteSettings => (typeof config === 'object' && config !== null ? config : {});

const isRaw = (request: FastifyRequest): boolean => settingsOf(request.routeOptions.config).rawBody === true;

const addParsers = (server: FastifyInstance): void => {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (isRaw(request)) done(null, body);
    else void parseJson(request, body.toString('utf8'), done);
  });
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (isRaw(request)) done(null, body);
    else if (body.length === 0) done(null, undefined);
    else {
      done(
        new ProblemException({
          status: 415,
          code: 'CONTENT_TYPE_UNSUPPORTED',
          detail: 'The body is not JSON.',
          fix: 'Send the body with content-type application/json.',
        }),
      );
    }
  });
};

/** Requests being answered; shutdown waits for them. */
export interface Traffic {
  readonly inFlight: number;
  /** From now on everything but health and metrics is answered 503. */
  drain(): void;
  /** Resolves when nothing is in flight, or after `ms`. */
  idle(ms: number): Promise<boolean>;
}

const HEALTH = new Set(['/healthz', '/readyz', '/metrics']);

const shuttingDown = new ProblemException({
  status: 503,
  code: 'SHUTTING_DOWN',
  detail: 'The service is shutting down.',
  fix: 'Try again in a moment.',
});

const refuseWhileDraining = (reply: FastifyReply): void => {
  void reply
    .code(503)
    .headers({ connection: 'close', 'retry-after': '1', 'content-type': 'application/problem+json' })
    .send(JSON.stringify(problemBody(shuttingDown)));
};

const trackTraffic = (server: FastifyInstance, kit: Kit): Traffic => {
  const observe = kit.seconds({
    name: 'rig_http_request_seconds',
    help: 'Time to answer an HTTP request',
    labels: ['method', 'route', 'status'],
  });
  let inFlight = 0;
  let draining = false;
  let waiting: (() => void)[] = [];
  const ended = (): void => {
    inFlight -= 1;
    if (inFlight > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  server.addHook('onRequest', (request, reply, next) => {
    const route = request.routeOptions.url ?? 'none';
    if (HEALTH.has(route)) return next();
    if (draining) return refuseWhileDraining(reply);
    inFlight += 1;
    reply.raw.once('close', () => {
      ended();
      const labels = { method: request.method, route, status: String(reply.raw.statusCode) };
      observe(reply.elapsedTime / 1000, labels);
    });
    next();
  });
  return {
    get inFlight() {
      return inFlight;
    },
    drain: () => {
      draining = true;
    },
    idle: async (ms) => {
      if (inFlight === 0) return true;
      const stop = new AbortController();
      const idle = new Promise<void>((resolve) => waiting.push(resolve));
      await Promise.race([idle, kit.clock.sleep(ms, stop.signal)]);
      stop.abort();
      return inFlight === 0;
    },
  };
};

/**
 * Fastify under Nest: JSON bodies up to 1 MiB (413 before reading when content-length says more), raw bodies where a
 * route asks for them, headers within 10 s and whole requests within 30 s against slow senders.
 */
export const createHttpAdapter = (kit: Kit): { readonly adapter: FastifyAdapter; readonly traffic: Traffic } => {
  const adapter = new FastifyAdapter({
    bodyLimit: DEFAULT_BODY_LIMIT,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 300 },
    // Node looks for expired connections only as often as this.
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 },
    // Nobody here uses middleware; loading its bridge costs start-up time.
    skipMiddie: true,
  });
  const server = adapter.getInstance();
  server.addHook('onRoute', (route) => {
    const { bodyLimit } = settingsOf(route.config);
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
  });
  addParsers(server);
  const traffic = trackTraffic(server, kit);
  return { adapter, traffic };
};

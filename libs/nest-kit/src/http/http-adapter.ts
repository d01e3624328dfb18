import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { BaseConfig } from '../config/base-config.js';
import type { Kit } from '../kit/kit.js';
import { refuseUnread, shedLoad } from './load-shedding.js';
import { ProblemException } from './problem.js';
import { DEFAULT_BODY_LIMIT, HEALTH, settingsOf } from './route-settings.js';

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

const shuttingDown = new ProblemException({
  status: 503,
  code: 'SHUTTING_DOWN',
  detail: 'The service is shutting down.',
  fix: 'Try again in a moment.',
  headers: { 'retry-after': '1' },
});

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
    if (draining) return refuseUnread(reply, shuttingDown);
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

/** What the base configuration says about HTTP. */
export type HttpLimits = Omit<BaseConfig, 'HOSTNAME' | 'RIG_PORT' | 'RIG_HOST' | 'LOG_LEVEL'>;

/** Node looks for connections whose time is over only this often, in milliseconds. */
const CHECK_EVERY_MS = 2_000;

/**
 * Fastify under Nest: JSON bodies up to 1 MiB (413 before reading when content-length says more), raw bodies where a
 * route asks for them, never decompressed; time limits for headers and whole requests against slow senders; bounds on
 * connections, requests and bytes at once, and on each caller's rate.
 */
export const createHttpAdapter = (
  kit: Kit,
  limits: HttpLimits,
): { readonly adapter: FastifyAdapter; readonly traffic: Traffic } => {
  const adapter = new FastifyAdapter({
    bodyLimit: DEFAULT_BODY_LIMIT,
    requestTimeout: limits.RIG_REQUEST_TIMEOUT_MS,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 300 },
    http: {
      headersTimeout: limits.RIG_HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, limits.RIG_HEADERS_TIMEOUT_MS),
    },
    // Nobody here uses middleware; loading its bridge costs start-up time.
    skipMiddie: true,
  });
  const server = adapter.getInstance();
  server.server.maxConnections = limits.RIG_MAX_CONNECTIONS;
  server.addHook('onRoute', (route) => {
    const { bodyLimit } = settingsOf(route.config);
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
  });
  addParsers(server);
  const traffic = trackTraffic(server, kit);
  shedLoad(server, kit, limits);
  return { adapter, traffic };
};

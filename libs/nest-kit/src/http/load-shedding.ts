import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BaseConfig } from '../config/base-config.js';
import type { Kit } from '../kit/kit.js';
import { problemBody, ProblemException } from './problem.js';
import { createRateLimiter } from './rate-limiter.js';
import { HEALTH, settingsOf } from './route-settings.js';

/** The part of the base configuration that bounds what a service takes on. */
export type LoadLimits = Pick<
  BaseConfig,
  | 'RIG_RATE_PER_CALLER'
  | 'RIG_BURST_PER_CALLER'
  | 'RIG_RATE_PER_ADDRESS'
  | 'RIG_BURST_PER_ADDRESS'
  | 'RIG_MAX_IN_FLIGHT'
  | 'RIG_MAX_IN_FLIGHT_MB'
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Takes one request out of the bucket of whom the token is for; throws a 429 problem. */
    admitCaller?: (subject: string) => void;
  }
}

const MIB = 1024 * 1024;
/** An overloaded service is asked again after this many seconds. */
const BUSY_RETRY_SECONDS = 1;

const tooMany = (whose: string, waitMs: number): ProblemException =>
  new ProblemException({
    status: 429,
    code: 'RATE_LIMITED',
    detail: `Too many requests from ${whose}.`,
    fix: 'Wait as long as Retry-After says, and ask less often.',
    headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000))) },
  });

const overloaded = (what: string): ProblemException =>
  new ProblemException({
    status: 503,
    code: 'OVERLOADED',
    detail: `The service answers as many ${what} as it can at once.`,
    fix: 'Try again after the time that Retry-After says.',
    headers: { 'retry-after': String(BUSY_RETRY_SECONDS) },
  });

/** Answers before anything of the body was read. */
export const refuseUnread = (reply: FastifyReply, problem: ProblemException): void => {
  void reply
    .code(problem.status)
    .headers({ ...problem.headers, connection: 'close', 'content-type': 'application/problem+json' })
    .send(JSON.stringify(problemBody(problem)));
};

/** Bytes that a request may come to hold: what it announces, or all its route allows when it announces nothing. */
const weightOf = (request: FastifyRequest): number => {
  const { 'content-length': announced, 'transfer-encoding': chunked } = request.headers;
  const limit = request.routeOptions.bodyLimit ?? MIB;
  if (chunked !== undefined) return limit;
  const bytes = Number(announced ?? 0);
  return Number.isFinite(bytes) ? Math.min(bytes, limit) : limit;
};

/**
 * Sheds what is too much, before anything of it is read or verified: 429 for one caller, 503 for all together.
 * Health and metrics always answer; long-lived responses have bounds of their own and are not counted.
 */
export const shedLoad = (server: FastifyInstance, kit: Kit, limits: LoadLimits): void => {
  const shed = kit.counter({
    name: 'rig_http_shed_total',
    help: 'Requests refused for load or rate',
    labels: ['reason'],
  });
  const callers = createRateLimiter({ perSecond: limits.RIG_RATE_PER_CALLER, burst: limits.RIG_BURST_PER_CALLER });
  const addresses = createRateLimiter({ perSecond: limits.RIG_RATE_PER_ADDRESS, burst: limits.RIG_BURST_PER_ADDRESS });
  const maxBytes = limits.RIG_MAX_IN_FLIGHT_MB * MIB;
  let requests = 0;
  let bytes = 0;

  const refusal = (request: FastifyRequest, weight: number): ProblemException | undefined => {
    const waitMs = addresses.take(request.ip, kit.clock.now());
    if (waitMs > 0) {
      shed({ reason: 'address' });
      return tooMany('this address', waitMs);
    }
    const what = requests >= limits.RIG_MAX_IN_FLIGHT ? 'requests' : bytes + weight > maxBytes ? 'bytes' : undefined;
    if (what === undefined) return undefined;
    shed({ reason: what });
    return overloaded(what);
  };

  server.decorateRequest('admitCaller', (subject: string): void => {
    const waitMs = callers.take(subject, kit.clock.now());
    if (waitMs === 0) return;
    shed({ reason: 'caller' });
    throw tooMany(subject, waitMs);
  });
  server.addHook('onRequest', (request, reply, next) => {
    if (HEALTH.has(request.routeOptions.url ?? '')) return next();
    const weight = weightOf(request);
    const problem = refusal(request, weight);
    if (problem !== undefined) return refuseUnread(reply, problem);
    if (settingsOf(request.routeOptions.config).longLived === true) return next();
    requests += 1;
    bytes += weight;
    reply.raw.once('close', () => {
      requests -= 1;
      bytes -= weight;
    });
    next();
  });
};

import { Octokit } from '@octokit/core';
import { backoff, faultPoint, withDeadline, type RigError } from '@rig/kernel';
import type { z } from 'zod';
import { misfit } from './errors.js';
import { createEtagCache, type Answer, type EtagCache } from './etag-cache.js';
import { readHttpFailure } from './http-failure.js';
import { createLimiter } from './limiter.js';
import type { Connection } from './options.js';
import { checkPlaceholders } from './repo-parts.js';
import { createSameOriginFetch } from './same-origin-fetch.js';
import { createRateBudgets, type Budget, type Headers, type RateBudgets } from './rate-budget.js';

export type { Answer } from './etag-cache.js';

/** On whose behalf a call is made. */
export interface Credentials {
  /** Names the identity in caches and budgets; not a secret. */
  readonly identity: string;
  /** The value of the authorization header, kept fresh. */
  authorization(): Promise<string>;
  /** Forgets a kept token after a 401; absent if there is no other to be had. */
  renew?(): void;
}

export interface Call<T> {
  readonly credentials: Credentials;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A path with {placeholders}, or the GraphQL address. */
  readonly route: string;
  /** Values of the placeholders; the rest is the query of a GET and the body of others. */
  readonly params?: Readonly<Record<string, unknown>>;
  readonly schema: z.ZodType<T>;
}

export interface Transport {
  readonly connection: Connection;
  /** @throws RigError with a FORGE_ code */
  send<T>(call: Call<T>): Promise<Answer<T>>;
  /** Tells the budgets about a refusal that came in the body of a success, as GraphQL's do. */
  rateRefused(credentials: Credentials): void;
  rateBudget(): Budget | undefined;
}

const API_VERSION = '2022-11-28';
const MAX_TRIES = 3;
const RETRY_PAUSE = { baseMs: 250, maxMs: 2_000 };
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const nextPage = (link: unknown): Readonly<Record<string, string>> | undefined => {
  if (typeof link !== 'string') return undefined;
  for (const part of link.split(',')) {
    const match = /^\s*<([^<>]+)>\s*;(.*)$/.exec(part);
    const target = match?.[1];
    // Only its parameters are used: a link can never lead the token to another host.
    if (target !== undefined && /rel="?next"?/.test(match?.[2] ?? '') && URL.canParse(target)) {
      return Object.fromEntries(new URL(target).searchParams);
    }
  }
  return undefined;
};

type Outcome<T> =
  | { readonly is: 'answer'; readonly answer: Answer<T> }
  | { readonly is: 'again'; readonly error: RigError | undefined; readonly pause: boolean }
  | { readonly is: 'failed'; readonly error: RigError };

/** What one transport consists of. */
interface Parts {
  readonly connection: Connection;
  readonly octokit: Octokit;
  readonly cache: EtagCache;
  readonly budgets: RateBudgets;
}

const isGraphql = (parts: Parts, call: Call<unknown>): boolean => call.route === parts.connection.graphqlUrl;
const resourceOf = (parts: Parts, call: Call<unknown>): string => (isGraphql(parts, call) ? 'graphql' : 'core');
const nameOf = (parts: Parts, call: Call<unknown>): string =>
  isGraphql(parts, call) ? 'GraphQL' : `${call.method} ${call.route}`;

const exchange = (parts: Parts, call: Call<unknown>, authorization: string, etag: string | undefined) =>
  withDeadline(nameOf(parts, call), parts.connection.limits.deadlineMs, (signal) =>
    parts.octokit.request({
      ...call.params,
      method: call.method,
      url: call.route,
      headers: {
        authorization,
        'x-github-api-version': API_VERSION,
        ...(etag === undefined ? {} : { 'if-none-match': etag }),
      },
      request: { signal },
    }),
  );

const received = <T>(parts: Parts, call: Call<T>, key: string, headers: Headers, data: unknown): Outcome<T> => {
  parts.budgets.observe(call.credentials.identity, resourceOf(parts, call), headers);
  const parsed = call.schema.safeParse(data);
  if (!parsed.success) {
    return { is: 'failed', error: misfit(nameOf(parts, call), parsed.error.issues[0]?.path.join('.') || 'body') };
  }
  const answer = { value: parsed.data, next: nextPage(headers['link']) };
  const etag = headers['etag'];
  if (call.method === 'GET' && typeof etag === 'string') parts.cache.put(key, call.schema, etag, answer);
  return { is: 'answer', answer };
};

/** What to do about a request that did not succeed; `kept` is the answer that its condition named. */
const failed = <T>(parts: Parts, call: Call<T>, thrown: unknown, kept: Answer<T> | undefined): Outcome<T> => {
  const { credentials } = call;
  const failure = readHttpFailure(nameOf(parts, call), thrown);
  if (failure.is === 'rate-refusal') {
    parts.budgets.refused(credentials.identity, resourceOf(parts, call), failure.headers);
    return { is: 'again', error: undefined, pause: false };
  }
  parts.budgets.observe(credentials.identity, resourceOf(parts, call), failure.headers);
  if (failure.is === 'not-modified') {
    // Without a kept answer no condition was sent, so this is a broken forge or proxy.
    if (kept === undefined) return { is: 'failed', error: misfit(nameOf(parts, call), 'body') };
    return { is: 'answer', answer: kept };
  }
  if (failure.is === 'unauthorized' && credentials.renew !== undefined) {
    credentials.renew();
    return { is: 'again', error: failure.error, pause: false };
  }
  const again = failure.is === 'passing' && !failure.slow && call.method === 'GET';
  return again ? { is: 'again', error: failure.error, pause: true } : { is: 'failed', error: failure.error };
};

const once = async <T>(parts: Parts, call: Call<T>, authorization: string): Promise<Outcome<T>> => {
  const key = `${call.credentials.identity} ${call.route} ${JSON.stringify(call.params ?? {})}`;
  const kept = call.method === 'GET' ? parts.cache.get(key, call.schema) : undefined;
  try {
    faultPoint('forge.before-call');
    const response = await exchange(parts, call, authorization, kept?.etag);
    faultPoint('forge.after-call');
    return received(parts, call, key, response.headers, response.data);
  } catch (thrown) {
    return failed(parts, call, thrown, kept?.answer);
  }
};

/**
 * HTTP to one forge: deadline per call, conditional GETs, rate budget, errors as RigError.
 * A GET is tried again on a passing fault (at most 3 tries in all). Anything else is sent once, unless it was refused
 * for the rate limit or for a stale token, in which case nothing was done.
 */
export const createTransport = (connection: Connection): Transport => {
  const { clock, limits } = connection;
  const octokit = new Octokit({
    baseUrl: connection.apiUrl,
    userAgent: 'rig',
    log: silent,
    request: { fetch: createSameOriginFetch() },
  });
  const cache = createEtagCache(limits.cacheEntries);
  const budgets = createRateBudgets(clock, limits.maxRateWaitMs);
  const limited = createLimiter(limits.maxConcurrent, limits.maxWaiting);
  const parts: Parts = { connection, octokit, cache, budgets };

  const send = async <T>(call: Call<T>): Promise<Answer<T>> => {
    checkPlaceholders(call.route, call.params ?? {});
    const { credentials } = call;
    let last: RigError | undefined;
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      await budgets.admit(credentials.identity, resourceOf(parts, call));
      // Outside the limiter: fetching a token is a call itself and would wait for the place that this one holds.
      const authorization = await credentials.authorization();
      const outcome = await limited(() => once(parts, call, authorization));
      if (outcome.is === 'answer') return outcome.answer;
      if (outcome.is === 'failed') throw outcome.error;
      last = outcome.error;
      if (outcome.pause && attempt + 1 < MAX_TRIES) await clock.sleep(backoff(attempt, RETRY_PAUSE));
    }
    throw last ?? budgets.exhausted(credentials.identity, resourceOf(parts, call));
  };

  return {
    connection,
    send,
    rateRefused: (credentials) => budgets.refused(credentials.identity, 'graphql', {}),
    rateBudget: () => budgets.tightest(),
  };
};

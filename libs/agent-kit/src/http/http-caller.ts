import { Problem } from '@rig/contracts';
import {
  RigError,
  accept,
  backoff,
  faultPoint,
  isRigError,
  messageOf,
  refuse,
  systemClock,
  type Clock,
  type Refusal,
  type Result,
} from '@rig/kernel';
import { readBounded } from './read-bounded.js';

/** A refusal of the server: its own code, message and fix, and the HTTP status. */
export interface HttpRefusal extends Refusal {
  readonly status: number;
}

export interface TokenSource {
  /** A token that is good for at least some seconds. */
  get(signal?: AbortSignal): Promise<string>;
  /** Says that a server refused the last token: the next `get` brings another. */
  invalidate(): void;
}

export interface HttpCallerOptions {
  /** Where the service listens, for example `http://127.0.0.1:4100`. */
  readonly baseUrl: string;
  /** Whence the Bearer token comes; without it calls go unauthenticated. */
  readonly tokens?: TokenSource;
  readonly clock?: Clock;
  /** Milliseconds for one try, body included. Default 10 000. */
  readonly timeoutMs?: number;
  /** Retries after a passing fault (no connection, 408, 425, 429, 5xx). Default 4. */
  readonly retries?: number;
  /** First pause between tries in milliseconds, doubled up to 5 s. Default 200. */
  readonly retryBaseMs?: number;
  readonly fetch?: typeof fetch;
}

export interface HttpCall<T> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query, from `/`. */
  readonly path: string;
  readonly body?: unknown;
  /** Parses a 2xx body; undefined for 204. What it throws is a bug of either side. */
  parse(body: unknown, status: number): T;
  readonly signal?: AbortSignal | undefined;
  /** Retries for this call alone. */
  readonly retries?: number;
}

export interface HttpCaller {
  /**
   * A 4xx answer is a refusal. What stays out of reach after the last retry is a retryable `RigError` with code
   * `SERVICE_UNAVAILABLE`; an answer that nobody understands is a `RigError` with code `ANSWER_INVALID`.
   */
  call<T>(call: HttpCall<T>): Promise<Result<T, HttpRefusal>>;
}

const RETRYABLE = new Set([408, 425, 429]);
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const MAX_PAUSE_MS = 5_000;

const parseJson = (text: string): unknown => {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const refusalFrom = (status: number, body: unknown): HttpRefusal => {
  const problem = Problem.safeParse(body);
  if (!problem.success) return { status, code: `HTTP_${status}`, message: `the server answered ${status}` };
  const { code, detail, fix } = problem.data;
  return { status, code, message: detail, ...(fix === undefined ? {} : { fix }) };
};

/** Seconds of a Retry-After header in milliseconds, at most the longest pause. */
const retryAfterMs = (response: Response): number => {
  const seconds = Number(response.headers.get('retry-after') ?? '');
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, MAX_PAUSE_MS) : 0;
};

const unavailable = (url: string, message: string, cause?: unknown): RigError =>
  new RigError({
    code: 'SERVICE_UNAVAILABLE',
    kind: 'retryable',
    message: `${url}: ${message}`,
    fix: 'see whether the service runs and its address is right',
    ...(cause === undefined ? {} : { cause }),
  });

type Tried<T> =
  | { readonly done: Result<T, HttpRefusal> }
  | { readonly again: RigError; readonly waitMs: number }
  | { readonly unauthorised: HttpRefusal };

/** What every try needs, settled once. */
interface Settings {
  readonly base: URL;
  readonly tokens: TokenSource | undefined;
  readonly timeoutMs: number;
  readonly send: typeof fetch;
}

const nameOf = (url: URL): string => url.origin + url.pathname;

const request = async <T>(
  { send, tokens }: Settings,
  call: HttpCall<T>,
  url: URL,
  signal: AbortSignal,
): Promise<readonly [Response, string]> => {
  const token = await tokens?.get(signal);
  faultPoint('http.before-call');
  const response = await send(url, {
    method: call.method,
    headers: {
      accept: 'application/json, application/problem+json',
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    redirect: 'error',
    signal,
  });
  const text = await readBounded(response, MAX_BODY_BYTES);
  faultPoint('http.after-call');
  return [response, text];
};

const understood = <T>(call: HttpCall<T>, url: URL, body: unknown, status: number): T => {
  try {
    return call.parse(body, status);
  } catch (cause) {
    throw new RigError({
      code: 'ANSWER_INVALID',
      kind: 'bug',
      message: `${nameOf(url)} answered ${status} with a body that does not fit: ${messageOf(cause)}`,
      fix: 'run the same version of all services',
      cause,
    });
  }
};

const judge = <T>(call: HttpCall<T>, url: URL, response: Response, text: string): Tried<T> => {
  const { status } = response;
  const body = parseJson(text);
  if (response.ok) return { done: accept(understood(call, url, body, status)) };
  const refusal = refusalFrom(status, body);
  if (status >= 500 || RETRYABLE.has(status)) {
    return {
      again: unavailable(nameOf(url), `${refusal.code}: ${refusal.message}`),
      waitMs: retryAfterMs(response),
    };
  }
  return status === 401 ? { unauthorised: refusal } : { done: refuse(refusal) };
};

/** `fetch` says only that it failed; what failed is in its cause. */
const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.message !== '' ? cause.message : messageOf(error);
};

const tryOnce = async <T>(settings: Settings, call: HttpCall<T>, url: URL): Promise<Tried<T>> => {
  const timeout = AbortSignal.timeout(settings.timeoutMs);
  const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
  try {
    const [response, text] = await request(settings, call, url, signal);
    return judge(call, url, response, text);
  } catch (error) {
    if (call.signal?.aborted === true || (isRigError(error) && error.kind !== 'retryable')) throw error;
    const why = timeout.aborted ? `no answer within ${settings.timeoutMs} ms` : reasonOf(error);
    return { again: unavailable(nameOf(url), why, error), waitMs: 0 };
  }
};

/** One way to call a Rig service: deadlines, problem+json as refusals, bounded retries, a fresh token after a 401. */
export const createHttpCaller = (options: HttpCallerOptions): HttpCaller => {
  const { baseUrl, tokens, clock = systemClock, timeoutMs = 10_000, retryBaseMs = 200 } = options;
  const settings: Settings = { base: new URL(baseUrl), tokens, timeoutMs, send: options.fetch ?? fetch };
  return {
    call: async (call) => {
      const url = new URL(settings.base.pathname.replace(/\/$/, '') + call.path, settings.base);
      const retries = call.retries ?? options.retries ?? 4;
      let refreshed = false;
      for (let n = 0; ; n++) {
        const tried = await tryOnce(settings, call, url);
        if ('done' in tried) return tried.done;
        if ('unauthorised' in tried) {
          if (refreshed || tokens === undefined) return refuse(tried.unauthorised);
          refreshed = true;
          tokens.invalidate();
          continue;
        }
        if (n >= retries) throw tried.again;
        const pause = backoff(n, { baseMs: retryBaseMs, maxMs: MAX_PAUSE_MS });
        await clock.sleep(Math.max(pause, tried.waitMs), call.signal);
        if (call.signal?.aborted === true) throw tried.again;
      }
    },
  };
};

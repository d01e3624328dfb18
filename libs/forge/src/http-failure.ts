import { isRigError, messageOf, type RigError } from '@rig/kernel';
import { z } from 'zod';
import { statusError, unreachable } from './errors.js';
import type { Headers } from './rate-budget.js';

/** What became of a request that did not succeed. */
export type HttpFailure =
  | { readonly is: 'not-modified'; readonly headers: Headers }
  /** Refused for the rate limit: nothing was done. */
  | { readonly is: 'rate-refusal'; readonly headers: Headers }
  | { readonly is: 'unauthorized'; readonly headers: Headers; readonly error: RigError }
  | { readonly is: 'refused'; readonly headers: Headers; readonly error: RigError }
  /** A passing fault; whether the request was carried out is not known. */
  | { readonly is: 'passing'; readonly headers: Headers; readonly error: RigError; readonly slow: boolean };

/** The shape that @octokit/request throws; without `response` no answer came. */
const Thrown = z.object({
  status: z.number(),
  message: z.string(),
  response: z.object({ headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()) }).optional(),
});

const isRateRefusal = (status: number, message: string, headers: Headers): boolean =>
  status === 429 ||
  (status === 403 &&
    (String(headers['x-ratelimit-remaining'] ?? '') === '0' ||
      headers['retry-after'] !== undefined ||
      /rate limit|abuse detection/i.test(message)));

/** Reads what a request threw. `what` names the call in messages. */
export const readHttpFailure = (what: string, thrown: unknown): HttpFailure => {
  const parsed = Thrown.safeParse(thrown);
  const response = parsed.success ? parsed.data.response : undefined;
  if (!parsed.success || response === undefined) {
    const slow = isRigError(thrown) || (thrown instanceof Error && thrown.name === 'AbortError');
    const error = unreachable(what, messageOf(thrown), slow ? 'timeout' : 'network');
    return { is: 'passing', headers: {}, error, slow };
  }
  const { status, message } = parsed.data;
  const { headers } = response;
  if (status === 304) return { is: 'not-modified', headers };
  if (isRateRefusal(status, message, headers)) return { is: 'rate-refusal', headers };
  const requestId = headers['x-github-request-id'];
  const error = statusError(what, status, message, requestId === undefined ? undefined : String(requestId));
  if (status === 401) return { is: 'unauthorized', headers, error };
  if (error.code === 'FORGE_UNREACHABLE') return { is: 'passing', headers, error, slow: false };
  return { is: 'refused', headers, error };
};

import {
  Assignment,
  ClaimQuery,
  Cursor,
  FenceRequest,
  Renewal,
  ReportStatus,
  StartRequest,
  TaskBrief,
  TaskToken,
} from '@rig/contracts';
import type { Result } from '@rig/kernel';
import type { z } from 'zod';
import { createHttpCaller, type HttpCallerOptions, type HttpRefusal } from './http-caller.js';

type Answer<T> = Promise<Result<T, HttpRefusal>>;
type ClaimQueryInput = z.input<typeof ClaimQuery>;
type FenceRequestInput = z.input<typeof FenceRequest>;

/** What an agent asks of the conductor. Refusals are values; see `HttpCaller` for what is thrown. */
export interface ConductorClient {
  /** Refused with `ATTEMPT_LIVE` (409: try later) or `TASK_GONE` (410: forget it). */
  start(taskId: string, request: StartRequest, signal?: AbortSignal): Answer<TaskBrief>;
  /** Refused with `FENCE_SUPERSEDED` (409). Waits about 45 s for a conductor that is away. */
  token(taskId: string, request: FenceRequestInput, signal?: AbortSignal): Answer<TaskToken>;
  /** Refused with `FENCE_SUPERSEDED` (409). One try: the next renewal is the retry. */
  renew(taskId: string, request: FenceRequestInput, signal?: AbortSignal): Answer<z.infer<typeof Renewal>>;
  /** The next implement or fix task of an author; null when there is none. */
  nextAssignment(query: ClaimQueryInput, signal?: AbortSignal): Answer<Assignment | null>;
  /** The next review task of a reviewer; null when there is none. */
  nextReview(query: ClaimQueryInput, signal?: AbortSignal): Answer<Assignment | null>;
  cursor(agentId: string, signal?: AbortSignal): Answer<z.infer<typeof Cursor>>;
  /** What became of a fact that this agent reported to the gateway. */
  reported(factId: string, signal?: AbortSignal): Answer<ReportStatus>;
}

/** A conductor that is started anew must not end attempts: a token is asked for again for about three quarters of a minute. */
const TOKEN_RETRIES = 12;

const retriesOf = (verb: string): { readonly retries?: number } => {
  if (verb === 'renew') return { retries: 0 };
  return verb === 'token' ? { retries: TOKEN_RETRIES } : {};
};

export const createConductorClient = (options: HttpCallerOptions): ConductorClient => {
  const caller = createHttpCaller(options);

  const post = <T>(
    taskId: string,
    verb: string,
    body: unknown,
    schema: z.ZodType<T>,
    signal?: AbortSignal,
  ): Answer<T> =>
    caller.call({
      method: 'POST',
      path: `/api/tasks/${encodeURIComponent(taskId)}/${verb}`,
      body,
      parse: (answer) => schema.parse(answer),
      signal,
      ...retriesOf(verb),
    });

  const claim = (path: string, query: ClaimQueryInput, signal?: AbortSignal): Answer<Assignment | null> =>
    caller.call({
      method: 'GET',
      path: `${path}?${new URLSearchParams(ClaimQuery.parse(query)).toString()}`,
      parse: (answer, status) => (status === 204 ? null : Assignment.parse(answer)),
      signal,
    });

  return {
    start: (taskId, request, signal) => post(taskId, 'start', StartRequest.parse(request), TaskBrief, signal),
    token: (taskId, request, signal) => post(taskId, 'token', FenceRequest.parse(request), TaskToken, signal),
    renew: (taskId, request, signal) => post(taskId, 'renew', FenceRequest.parse(request), Renewal, signal),
    nextAssignment: (query, signal) => claim('/api/assignments/next', query, signal),
    nextReview: (query, signal) => claim('/api/reviews/next', query, signal),
    cursor: (agentId, signal) =>
      caller.call({
        method: 'GET',
        path: `/api/cursor?agentId=${encodeURIComponent(agentId)}`,
        parse: (answer) => Cursor.parse(answer),
        signal,
      }),
    reported: (factId, signal) =>
      caller.call({
        method: 'GET',
        path: `/api/reports/${encodeURIComponent(factId)}`,
        parse: (answer) => ReportStatus.parse(answer),
        signal,
      }),
  };
};

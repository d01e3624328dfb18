import { describe, expect, it } from '@jest/globals';
import { systemClock, type Clock } from '@rig/kernel';
import {
  createConductorClient,
  createEnrolledTokens,
  createGatewayClient,
  createHttpCaller,
  fixedToken,
} from '../index.js';

type Answer = { status: number; body?: unknown; headers?: Record<string, string> };
interface Seen {
  readonly url: string;
  readonly authorization: string | null;
  readonly body: unknown;
}

/** A fetch that gives the listed answers in turn, the last one for ever. */
const scripted = (answers: readonly (Answer | Error)[]): { fetch: typeof fetch; seen: Seen[] } => {
  const seen: Seen[] = [];
  const fake: typeof fetch = async (input, init) => {
    const answer = answers[Math.min(seen.length, answers.length - 1)];
    seen.push({
      url: input instanceof Request ? input.url : input.toString(),
      authorization: new Headers(init?.headers).get('authorization'),
      body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
    });
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer');
    const text = answer.body === undefined ? null : JSON.stringify(answer.body);
    return new Response(text, { status: answer.status, headers: answer.headers ?? {} });
  };
  return { fetch: fake, seen };
};

const clockAt = (start: number): Clock & { time: number; slept: number[] } => {
  const clock = {
    time: start,
    slept: [] as number[],
    now: () => clock.time,
    sleep: async (ms: number) => {
      clock.slept.push(ms);
    },
  };
  return clock;
};

const baseUrl = 'http://conductor.test';
const taskId = '0197f3a0-0000-8000-8000-000000000001';
const problem = (status: number, code: string): Answer => ({
  status,
  body: { type: 'about:blank', title: 'no', status, detail: `because ${code}`, code, fix: 'wait' },
});
const get = (path = '/x') => ({ method: 'GET' as const, path, parse: (body: unknown) => body });

describe('http calls', () => {
  it('hands a problem over as a refusal with its code and fix', async () => {
    const { fetch } = scripted([problem(409, 'ATTEMPT_LIVE')]);
    const client = createConductorClient({ baseUrl, fetch, tokens: fixedToken('t') });
    const worker = { name: 'dev-e-1-0', incarnation: taskId };
    expect(await client.start(taskId, { agentId: 'dev-e-1', worker })).toEqual({
      ok: false,
      refusal: { status: 409, code: 'ATTEMPT_LIVE', message: 'because ATTEMPT_LIVE', fix: 'wait' },
    });
  });

  it('tries again after a passing fault, with growing pauses, and honours Retry-After', async () => {
    const clock = clockAt(0);
    const { fetch, seen } = scripted([
      new TypeError('connection refused'),
      { status: 503, headers: { 'retry-after': '2' } },
      { status: 429 },
      { status: 200, body: { fine: true } },
    ]);
    const caller = createHttpCaller({ baseUrl, fetch, clock });
    expect(await caller.call(get())).toEqual({ ok: true, value: { fine: true } });
    expect(seen).toHaveLength(4);
    expect(clock.slept).toEqual([200, 2000, 800]);
  });

  it('gives up after the last retry, as a retryable error', async () => {
    const { fetch, seen } = scripted([{ status: 500 }]);
    const caller = createHttpCaller({ baseUrl, fetch, clock: clockAt(0), retries: 2 });
    await expect(caller.call(get())).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', kind: 'retryable' });
    expect(seen).toHaveLength(3);
  });

  it('says what failed below a request that could not be made', async () => {
    const failed = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:8080') });
    const caller = createHttpCaller({ baseUrl, fetch: scripted([failed]).fetch, clock: clockAt(0), retries: 0 });
    await expect(caller.call(get())).rejects.toThrow(/: connect ECONNREFUSED 127\.0\.0\.1:8080$/);
  });

  it('calls an answer that does not fit a bug, without trying again', async () => {
    const { fetch, seen } = scripted([{ status: 200, body: { leaseMs: 'soon' } }]);
    const client = createConductorClient({ baseUrl, fetch });
    await expect(client.renew(taskId, { agentId: 'dev-e-1', fence: 4 })).rejects.toMatchObject({
      code: 'ANSWER_INVALID',
      kind: 'bug',
    });
    expect(seen).toHaveLength(1);
  });

  it('gives a try a deadline', async () => {
    const never: typeof fetch = (_input, init) =>
      new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    const caller = createHttpCaller({ baseUrl, fetch: never, timeoutMs: 20, retries: 0 });
    await expect(caller.call(get())).rejects.toThrow('no answer within 20 ms');
  });

  it('reads no endless answers', async () => {
    const { fetch } = scripted([{ status: 200, body: 'x'.repeat(9 * 1024 * 1024) }]);
    await expect(createHttpCaller({ baseUrl, fetch }).call(get())).rejects.toMatchObject({ code: 'ANSWER_TOO_LARGE' });
  });

  it('takes 204 for: nothing to do', async () => {
    const { fetch, seen } = scripted([{ status: 204 }]);
    const client = createConductorClient({ baseUrl, fetch });
    const next = await client.nextReview({ agentId: 'review-e', instance: 'review-e-0' });
    expect(next).toEqual({ ok: true, value: null });
    expect(seen[0]?.url).toBe('http://conductor.test/api/reviews/next?agentId=review-e&instance=review-e-0');
  });

  it('takes 202 of the gateway for: stored', async () => {
    const { fetch } = scripted([{ status: 202, body: { results: [{ id: taskId, status: 'accepted' }] } }]);
    const fact = {
      id: taskId,
      source: 'rig/agent-worker',
      subject: 'issue/acme/greeter/1',
      time: '2026-03-01T00:00:00.000Z',
      actor: { kind: 'agent' as const, id: 'dev-e-1' },
      type: 'WORK_FAILED' as const,
      data: { taskId, fence: 3, code: 'AGENT_EXITED', message: 'exit code 1' },
    };
    expect(await createGatewayClient({ baseUrl, fetch }).postFacts([fact])).toMatchObject({
      ok: true,
      value: [{ status: 'accepted' }],
    });
  });
});

describe('an enrolled token', () => {
  const answer = (n: number, minutes: number): Answer => ({
    status: 200,
    body: { token: `work-${n}`, expiresAt: new Date(minutes * 60_000).toISOString() },
  });

  it('is bought once by several callers, and again shortly before it ends', async () => {
    const clock = clockAt(0);
    const { fetch, seen } = scripted([answer(1, 10), answer(2, 20)]);
    const tokens = createEnrolledTokens({ conductorUrl: baseUrl, enrolment: async () => 'enrol\n', clock, fetch });
    expect(await Promise.all([tokens.get(), tokens.get()])).toEqual(['work-1', 'work-1']);
    expect(seen).toMatchObject([{ authorization: 'Bearer enrol' }]);
    clock.time = 8.9 * 60_000;
    expect(await tokens.get()).toBe('work-1');
    clock.time = 9.1 * 60_000;
    expect(await tokens.get()).toBe('work-2');
  });

  it('is replaced once when a server refuses it', async () => {
    const { fetch, seen } = scripted([
      answer(1, 1e6),
      problem(401, 'TOKEN_EXPIRED'),
      answer(2, 1e6),
      { status: 200, body: 1 },
    ]);
    const tokens = createEnrolledTokens({
      conductorUrl: baseUrl,
      enrolment: async () => 'enrol',
      clock: clockAt(0),
      fetch,
    });
    const caller = createHttpCaller({ baseUrl, fetch, tokens, clock: systemClock });
    expect(await caller.call(get())).toEqual({ ok: true, value: 1 });
    expect(seen.map((call) => call.authorization)).toEqual([
      'Bearer enrol',
      'Bearer work-1',
      'Bearer enrol',
      'Bearer work-2',
    ]);
  });

  it('that cannot be bought is a terminal error', async () => {
    const { fetch } = scripted([problem(403, 'TOKEN_SCOPE')]);
    const tokens = createEnrolledTokens({ conductorUrl: baseUrl, enrolment: async () => 'work', fetch });
    await expect(tokens.get()).rejects.toMatchObject({ code: 'ENROLMENT_REFUSED', kind: 'terminal' });
  });
});

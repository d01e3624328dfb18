import { createHttpCaller, type HttpCall, type HttpRefusal } from '@rig/agent-kit';
import type { PauseRequest, PauseTarget } from '@rig/contracts';
import { RigError, type Result } from '@rig/kernel';
import { z } from 'zod';

const Statement = z.object({ text: z.string(), positions: z.array(z.int()) });
const Clause = z.looseObject({ code: z.string(), holds: z.boolean(), message: z.string() });
const Explanation = z.looseObject({
  repo: z.string(),
  number: z.int(),
  title: z.string(),
  phase: z.string(),
  where: z.array(Statement),
  why: z.array(Statement),
  waitsFor: z.array(Statement),
  clearedBy: z.array(Statement),
  waitingTask: z
    .object({
      kind: z.string(),
      agents: z.array(z.object({ agent: z.string(), eligible: z.boolean(), clauses: z.array(Clause) })),
    })
    .nullable(),
  gate: z.array(z.looseObject({ check: z.string(), outcome: z.string(), reason: z.string() })),
});
export type Explanation = z.infer<typeof Explanation>;

const Verification = z.looseObject({
  ok: z.boolean(),
  head: z.int(),
  seconds: z.number(),
  projections: z.array(
    z.object({
      name: z.string(),
      rows: z.int(),
      differences: z.int(),
      examples: z.array(z.object({ key: z.string(), kept: z.string().nullable(), rebuilt: z.string().nullable() })),
    }),
  ),
});
export type Verification = z.infer<typeof Verification>;

const Task = z.looseObject({ agent: z.string(), kind: z.string(), fence: z.int().nullable() }).nullable();
const StateAt = z.looseObject({
  position: z.int(),
  time: z.string(),
  issue: z.looseObject({
    title: z.string(),
    phase: z.string(),
    priority: z.int(),
    approved: z.boolean(),
    failures: z.int(),
    pr: z.int().nullable(),
    task: Task,
  }),
  pull: z
    .looseObject({
      number: z.int(),
      status: z.string(),
      headSha: z.string(),
      rounds: z.int(),
      review: Task,
      fix: Task,
      merging: z.string().nullable(),
    })
    .nullable(),
  timeline: z.array(z.looseObject({ position: z.int(), time: z.string(), sentence: z.string(), actor: z.string() })),
});
export type StateAt = z.infer<typeof StateAt>;

const DeadList = z.object({ list: z.string(), entries: z.int() });
const DeadEntry = z.looseObject({
  id: z.string(),
  stream: z.string(),
  group: z.string(),
  entryId: z.string(),
  reason: z.string(),
  tries: z.int(),
  at: z.string(),
  json: z.string(),
});
export type DeadEntry = z.infer<typeof DeadEntry>;
const Settled = z.object({ list: z.string(), id: z.string(), position: z.int().nullable() });
export type Settled = z.infer<typeof Settled>;

const PauseReport = z.looseObject({
  subject: z.string(),
  paused: z.boolean(),
  changed: z.boolean(),
  position: z.int().nullable(),
  stopped: z.int(),
  running: z.int(),
});
export type PauseReport = z.infer<typeof PauseReport>;

/** What people ask and steer. Every call has a deadline of 10 s; comparing the read models one of ten minutes. */
export interface SteeringApi {
  explain(repo: string, number: number): Promise<Explanation>;
  verify(): Promise<Verification>;
  stateAt(repo: string, number: number, at: string): Promise<StateAt>;
  deadLists(): Promise<readonly z.infer<typeof DeadList>[]>;
  dead(list: string): Promise<readonly DeadEntry[]>;
  deadEntry(list: string, id: string): Promise<DeadEntry>;
  redrive(list: string, id: string): Promise<Settled>;
  drop(list: string, id: string): Promise<Settled>;
  pause(request: PauseRequest): Promise<PauseReport>;
  resume(target: PauseTarget): Promise<PauseReport>;
}

const VERIFY_MS = 600_000;

const orThrow = <T>(result: Result<T, HttpRefusal>): T => {
  if (result.ok) return result.value;
  const { code, message, fix } = result.refusal;
  throw new RigError({ code, kind: 'terminal', message, ...(fix === undefined ? {} : { fix }) });
};

export const createSteeringApi = ({ url, token }: { readonly url: string; readonly token: string }): SteeringApi => {
  const tokens = { get: async () => token, invalidate: () => undefined };
  const quick = createHttpCaller({ baseUrl: url, tokens, retries: 1 });
  const slow = createHttpCaller({ baseUrl: url, tokens, retries: 0, timeoutMs: VERIFY_MS });
  const call = async <S extends z.ZodType>(
    method: HttpCall<unknown>['method'],
    path: string,
    schema: S,
    body?: unknown,
    caller = quick,
  ): Promise<z.output<S>> =>
    orThrow(await caller.call({ method, path, parse: (answer) => schema.parse(answer), body }));
  const entry = (list: string, id: string): string => `/api/dead/${encodeURIComponent(list)}/${encodeURIComponent(id)}`;
  return {
    explain: (repo, number) => call('GET', `/api/explain/issues/${repo}/${number}`, Explanation),
    verify: () => call('GET', '/api/replay/verify', Verification, undefined, slow),
    stateAt: (repo, number, at) =>
      call('GET', `/api/replay/issues/${repo}/${number}?at=${encodeURIComponent(at)}`, StateAt),
    deadLists: async () => (await call('GET', '/api/dead', z.object({ lists: z.array(DeadList) }))).lists,
    dead: async (list) =>
      (await call('GET', `/api/dead/${encodeURIComponent(list)}`, z.object({ entries: z.array(DeadEntry) }))).entries,
    deadEntry: (list, id) => call('GET', entry(list, id), DeadEntry),
    redrive: (list, id) => call('POST', `${entry(list, id)}/redrive`, Settled),
    drop: (list, id) => call('DELETE', entry(list, id), Settled),
    pause: (request) => call('POST', '/api/pause', PauseReport, request),
    resume: (target) => call('POST', '/api/resume', PauseReport, { target }),
  };
};

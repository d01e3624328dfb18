import { createHttpCaller, type HttpCaller } from '@rig/agent-kit';
import { CommittedEnvelope, parseEvent, type RigEvent } from '@rig/contracts';
import { RigError, type Result } from '@rig/kernel';
import { z } from 'zod';
import type { HttpRefusal } from '@rig/agent-kit';

const EventPage = z.object({ events: z.array(CommittedEnvelope), head: z.int().min(0) });
export type EventPage = z.infer<typeof EventPage>;

const IssueRow = z.looseObject({
  repo: z.string(),
  number: z.int(),
  title: z.string(),
  phase: z.string(),
  priority: z.number().nullish(),
  agent: z.string().nullish(),
  pr: z.int().nullish(),
  attempts: z.number().nullish(),
  waiting: z.unknown().optional(),
});
const PullRow = z.looseObject({ repo: z.string(), number: z.int(), title: z.string().nullish() });
const AgentRow = z.looseObject({
  id: z.string(),
  role: z.string(),
  slots: z.int(),
  delivery: z.string().nullish(),
  paused: z.string().nullish(),
  inFlight: z.array(z.unknown()).default([]),
});
const PauseRow = z.looseObject({ subject: z.string(), by: z.string(), reason: z.string(), position: z.int() });
const TimelineEntry = z.looseObject({
  position: z.int(),
  time: z.string(),
  type: z.string(),
  sentence: z.string(),
  actor: z.unknown().optional(),
});
const IssueStory = z.looseObject({ issue: IssueRow, pull: z.unknown().optional(), timeline: z.array(TimelineEntry) });
export const InboxItem = z.looseObject({
  id: z.string(),
  status: z.enum(['pending', 'applied', 'ignored', 'refused']),
  reason: z.string().nullish(),
});
export type InboxItem = z.infer<typeof InboxItem>;
export type IssueRow = z.infer<typeof IssueRow>;
export type PullRow = z.infer<typeof PullRow>;
export type AgentRow = z.infer<typeof AgentRow>;
export type PauseRow = z.infer<typeof PauseRow>;
export type IssueStory = z.infer<typeof IssueStory>;

/** The conductor's endpoints for people. Every call has a deadline of 10 s. */
export interface ConductorApi {
  readonly url: string;
  events(after: number, limit: number, signal?: AbortSignal): Promise<EventPage>;
  issues(): Promise<readonly IssueRow[]>;
  pulls(): Promise<readonly PullRow[]>;
  agents(): Promise<readonly AgentRow[]>;
  /** Pauses in force. */
  pauses(): Promise<readonly PauseRow[]>;
  issue(repo: string, number: number): Promise<IssueStory>;
  inbox(ids: readonly string[]): Promise<readonly InboxItem[]>;
}

const orThrow = <T>(result: Result<T, HttpRefusal>): T => {
  if (result.ok) return result.value;
  const { code, message, fix } = result.refusal;
  throw new RigError({ code, kind: 'terminal', message, ...(fix === undefined ? {} : { fix }) });
};

const reader =
  (caller: HttpCaller) =>
  async <S extends z.ZodType>(path: string, schema: S, signal?: AbortSignal): Promise<z.output<S>> =>
    orThrow(await caller.call({ method: 'GET', path, parse: (body) => schema.parse(body), signal }));

export const createConductorApi = (options: {
  readonly url: string;
  readonly token: string;
  readonly retries?: number;
}): ConductorApi => {
  const caller = createHttpCaller({
    baseUrl: options.url,
    tokens: { get: async () => options.token, invalidate: () => undefined },
    retries: options.retries ?? 1,
  });
  const read = reader(caller);
  return {
    url: options.url,
    events: (after, limit, signal) => read(`/api/events?after=${after}&limit=${limit}`, EventPage, signal),
    issues: async () => (await read('/api/issues', z.object({ issues: z.array(IssueRow) }))).issues,
    pulls: async () => (await read('/api/pulls', z.object({ pulls: z.array(PullRow) }))).pulls,
    agents: async () => (await read('/api/agents', z.object({ agents: z.array(AgentRow) }))).agents,
    pauses: async () => (await read('/api/pauses', z.object({ pauses: z.array(PauseRow) }))).pauses,
    issue: (repo, number) => read(`/api/issues/${repo}/${number}`, IssueStory),
    inbox: async (ids) =>
      (await read(`/api/inbox?ids=${ids.join(',')}`, z.object({ items: z.array(InboxItem) }))).items,
  };
};

/** An event of a type or version this CLI does not know is counted, never an error. */
export const asKnownEvent = (envelope: CommittedEnvelope): RigEvent | undefined => {
  const parsed = parseEvent(envelope);
  return parsed.ok ? parsed.value : undefined;
};

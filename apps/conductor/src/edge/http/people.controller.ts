import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import type { CommittedEnvelope } from '@rig/contracts';
import type { EventLog } from '@rig/event-store';
import { parseQuery, tokenGuard } from '@rig/nest-kit';
import { pauseFor, pauseSentence, type AgentsFile } from '@rig/policy';
import { z } from 'zod';
import type { IssueState } from '../../core/issue/issue-state.js';
import { pullPhaseOf } from '../../core/pull/pull-phase.js';
import { ciStateOf, type PullState } from '../../core/pull/pull-state.js';
import type { ReadTimeline, Timeline } from '../../flows/read-timeline.js';
import type { ReadModels } from '../read-models.js';
import { AGENTS, EVENT_LOG, FLOWS, READ_MODELS, VERIFIER } from '../tokens.js';
import { issuePath } from './issue-path.js';
import { orProblem } from './refusal-problem.js';

/** Name of the cookie that carries a person's session. */
export const SESSION_COOKIE = 'rig_session';

export const OperatorGuard = tokenGuard(VERIFIER, 'operator', { cookie: SESSION_COOKIE });

const EventsQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(500),
});
const ListQuery = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(200) });

const waitingFor = (issue: IssueState): string | null => issue.block?.message ?? issue.deferral?.message ?? null;

const issueView = (issue: IssueState) => {
  const { repo, number, title, phase, priority, agent, pr, failures, openedAt, mergeCommit } = issue;
  return {
    repo,
    number,
    title,
    phase,
    priority,
    agent,
    pr,
    attempts: failures,
    waiting: waitingFor(issue),
    openedAt,
    mergeCommit,
  };
};

const pullView = (pull: PullState) => {
  const { repo, number, title, agent, issue, headSha, rounds, openedAt, mergeCommit, gate } = pull;
  const holds = gate?.checks.filter(({ outcome }) => outcome === 'hold') ?? [];
  const ci = ciStateOf(pull, headSha);
  return {
    repo,
    number,
    title,
    phase: pullPhaseOf(pull),
    agent,
    issue,
    headSha,
    ci,
    rounds,
    holds,
    openedAt,
    mergeCommit,
  };
};

@Controller('api')
@UseGuards(OperatorGuard)
export class PeopleController {
  constructor(
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(AGENTS) private readonly agents: () => AgentsFile,
    @Inject(FLOWS) private readonly flows: { readonly readTimeline: ReadTimeline },
  ) {}

  @Get('events')
  async events(@Query() query: unknown): Promise<{ events: readonly CommittedEnvelope[]; head: number }> {
    const { after, limit } = parseQuery(EventsQuery, query);
    const [events, head] = await Promise.all([this.log.readAll(after, limit), this.log.head()]);
    return { events, head };
  }

  @Get('issues')
  async issues(@Query() query: unknown): Promise<unknown> {
    const found = await this.readModels.recentIssues(parseQuery(ListQuery, query).limit);
    return { issues: found.map(issueView) };
  }

  @Get('issues/:owner/:name/:number')
  async issue(@Param() path: Record<string, string>): Promise<Timeline> {
    const { repo, number } = issuePath(path);
    return orProblem(await this.flows.readTimeline(repo, number));
  }

  @Get('pulls')
  async pulls(@Query() query: unknown): Promise<unknown> {
    const found = await this.readModels.recentPulls(parseQuery(ListQuery, query).limit);
    return { pulls: found.map(pullView) };
  }

  @Get('agents')
  async listAgents(): Promise<unknown> {
    const [live, pauses] = await Promise.all([this.readModels.liveTasks(), this.readModels.pauses()]);
    const pausedBy = (id: string): string | null => {
      const pause = pauseFor(pauses, null, id);
      return pause === undefined ? null : pauseSentence(pause);
    };
    const agents = this.agents().agents.map(({ id, role, slots, delivery, capabilities }) => ({
      id,
      role,
      slots,
      delivery,
      capabilities,
      paused: pausedBy(id),
      inFlight: live
        .filter((task) => task.agent === id)
        .map(({ taskId, kind, repo, number, status }) => ({ taskId, kind, repo, number, status })),
    }));
    return { agents };
  }
}

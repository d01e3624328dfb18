import { Controller, Get, HttpCode, Inject, Param, Post, Query, UseGuards } from '@nestjs/common';
import { AgentId, type AgentToken, type Cursor } from '@rig/contracts';
import type { EventLog } from '@rig/event-store';
import type { TokenSigner } from '@rig/agent-kit';
import { Caller, parseQuery, tokenGuard, type Principal } from '@rig/nest-kit';
import type { AgentsFile } from '@rig/policy';
import { z } from 'zod';
import type { TaskRow } from '../../core/task/task-row.js';
import type { ReadModels } from '../read-models.js';
import { AGENTS, EVENT_LOG, READ_MODELS, SIGNER, VERIFIER } from '../tokens.js';
import { ownAgent } from './claims.controller.js';

const WorkGuard = tokenGuard(VERIFIER, 'work');
const EnrolGuard = tokenGuard(VERIFIER, 'enrol');

/** Life of an agent's access token: short enough that a stolen one is soon worth nothing. */
const ACCESS_TTL_MS = 15 * 60_000;

const CursorQuery = z.object({ agentId: AgentId });

const inFlightOf = (rows: readonly TaskRow[]): Cursor['inFlight'] =>
  rows.map(({ taskId, kind, repo, number }) => ({ taskId, kind, repo, number }));

@Controller('api')
export class AgentsController {
  constructor(
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(AGENTS) private readonly agents: () => AgentsFile,
    @Inject(SIGNER) private readonly signer: TokenSigner,
  ) {}

  @Get('cursor')
  @UseGuards(WorkGuard)
  async cursor(@Query() query: unknown, @Caller() caller: Principal): Promise<Cursor> {
    const agent = ownAgent(this.agents(), caller, parseQuery(CursorQuery, query).agentId);
    const [rows, lastPosition] = await Promise.all([this.readModels.liveTasks(agent.id), this.log.head()]);
    return { agentId: agent.id, lastPosition, slots: agent.slots, inFlight: inFlightOf(rows) };
  }

  @Get('agents/:id')
  @UseGuards(WorkGuard)
  async agent(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
    const agent = ownAgent(this.agents(), caller, parseQuery(AgentId, id));
    const { role, slots, capabilities, delivery } = agent;
    const inFlight = inFlightOf(await this.readModels.liveTasks(agent.id));
    return { id: agent.id, role, slots, capabilities, delivery, inFlight };
  }

  /** An enrolment token buys an access token for the same agent. */
  @Post('agent-tokens')
  @HttpCode(200)
  @UseGuards(EnrolGuard)
  async token(@Caller() caller: Principal): Promise<AgentToken> {
    const agent = ownAgent(this.agents(), caller, caller.subject);
    const { token, expiresAt } = await this.signer.sign({ subject: agent.id, scope: 'work', ttlMs: ACCESS_TTL_MS });
    return { token, expiresAt };
  }
}

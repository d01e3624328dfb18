import { Body, Controller, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { FenceRequest, StartRequest, TaskId, type Renewal, type TaskBrief, type TaskToken } from '@rig/contracts';
import { Caller, parseBody, parseQuery, tokenGuard, type Principal } from '@rig/nest-kit';
import type { AgentsFile } from '@rig/policy';
import type { MintTaskToken } from '../../flows/mint-task-token.js';
import type { RenewLease } from '../../flows/renew-lease.js';
import type { StartAttempt } from '../../flows/start-attempt.js';
import { AGENTS, FLOWS, VERIFIER } from '../tokens.js';
import { ownAgent } from './claims.controller.js';
import { orProblem } from './refusal-problem.js';

const WorkGuard = tokenGuard(VERIFIER, 'work');

interface TaskFlows {
  readonly startAttempt: StartAttempt;
  readonly mintTaskToken: MintTaskToken;
  readonly renewLease: RenewLease;
}

@Controller('api/tasks/:id')
@UseGuards(WorkGuard)
export class TasksController {
  constructor(
    @Inject(FLOWS) private readonly flows: TaskFlows,
    @Inject(AGENTS) private readonly agents: () => AgentsFile,
  ) {}

  @Post('start')
  @HttpCode(200)
  async start(@Param('id') id: string, @Body() body: unknown, @Caller() caller: Principal): Promise<TaskBrief> {
    const { agentId, worker } = parseBody(StartRequest, body);
    ownAgent(this.agents(), caller, agentId);
    return orProblem(await this.flows.startAttempt({ taskId: parseQuery(TaskId, id), agentId, worker }));
  }

  @Post('token')
  @HttpCode(200)
  async token(@Param('id') id: string, @Body() body: unknown, @Caller() caller: Principal): Promise<TaskToken> {
    const { agentId, fence } = parseBody(FenceRequest, body);
    ownAgent(this.agents(), caller, agentId);
    return orProblem(await this.flows.mintTaskToken(parseQuery(TaskId, id), agentId, fence));
  }

  @Post('renew')
  @HttpCode(200)
  async renew(@Param('id') id: string, @Body() body: unknown, @Caller() caller: Principal): Promise<Renewal> {
    const { agentId, fence } = parseBody(FenceRequest, body);
    ownAgent(this.agents(), caller, agentId);
    return orProblem(await this.flows.renewLease(parseQuery(TaskId, id), agentId, fence));
  }
}

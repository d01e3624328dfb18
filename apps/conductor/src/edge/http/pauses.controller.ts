import { Body, Controller, Get, HttpCode, Inject, Post, UseGuards } from '@nestjs/common';
import { PauseRequest, ResumeRequest } from '@rig/contracts';
import { Caller, parseBody, type Principal } from '@rig/nest-kit';
import type { Pause } from '@rig/policy';
import type { PauseReport, SteerPauses } from '../../flows/steer-pauses.js';
import type { ReadModels } from '../read-models.js';
import { FLOWS, READ_MODELS } from '../tokens.js';
import { OperatorGuard } from './people.controller.js';
import { personOf } from './person.js';
import { orProblem } from './refusal-problem.js';

/** The emergency stop: an agent, a repository, or everything. */
@Controller('api')
@UseGuards(OperatorGuard)
export class PausesController {
  constructor(
    @Inject(FLOWS) private readonly flows: { readonly steerPauses: SteerPauses },
    @Inject(READ_MODELS) private readonly readModels: Pick<ReadModels, 'pauses'>,
  ) {}

  @Get('pauses')
  async pauses(): Promise<{ pauses: readonly Pause[] }> {
    return { pauses: Object.values(await this.readModels.pauses()) };
  }

  @Post('pause')
  @HttpCode(200)
  async pause(@Body() body: unknown, @Caller() caller: Principal): Promise<PauseReport> {
    const { target, reason, stopRunning } = parseBody(PauseRequest, body);
    return orProblem(await this.flows.steerPauses.pause(target, { reason, stopRunning }, personOf(caller)));
  }

  @Post('resume')
  @HttpCode(200)
  async resume(@Body() body: unknown, @Caller() caller: Principal): Promise<PauseReport> {
    return orProblem(await this.flows.steerPauses.resume(parseBody(ResumeRequest, body).target, personOf(caller)));
  }
}

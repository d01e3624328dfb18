import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import { isoTime } from '@rig/kernel';
import { parseQuery } from '@rig/nest-kit';
import { z } from 'zod';
import type { ReadStateAt, StateAt } from '../../flows/state-at.js';
import type { ReplayReport, VerifyReplay } from '../../flows/verify-replay.js';
import { FLOWS } from '../tokens.js';
import { issuePath } from './issue-path.js';
import { OperatorGuard } from './people.controller.js';
import { orProblem } from './refusal-problem.js';

const ByPosition = z
  .string()
  .regex(/^[0-9]{1,15}$/)
  .transform((text) => ({ position: Number(text) }));
const ByTime = z.iso.datetime({ offset: true }).transform((text) => ({ time: isoTime(Date.parse(text)) }));

const AtQuery = z.object({
  at: z.union([ByPosition, ByTime], 'a position of the log, or a time such as 2026-03-02T09:30:00Z'),
});

/** The log played again: beside the read models to compare them, and up to a point in the past. */
@Controller('api/replay')
@UseGuards(OperatorGuard)
export class ReplayController {
  constructor(
    @Inject(FLOWS) private readonly flows: { readonly verifyReplay: VerifyReplay; readonly stateAt: ReadStateAt },
  ) {}

  @Get('verify')
  verify(): Promise<ReplayReport> {
    return this.flows.verifyReplay();
  }

  @Get('issues/:owner/:name/:number')
  async issue(@Param() path: Record<string, string>, @Query() query: unknown): Promise<StateAt> {
    const { repo, number } = issuePath(path);
    return orProblem(await this.flows.stateAt(repo, number, parseQuery(AtQuery, query).at));
  }
}

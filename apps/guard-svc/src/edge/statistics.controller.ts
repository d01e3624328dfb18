import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { AgentId, ShortText, TaskId } from '@rig/contracts';
import { isoTime, systemClock } from '@rig/kernel';
import { parseQuery, tokenGuard } from '@rig/nest-kit';
import { z } from 'zod';
import type { ReadStatistics, StatisticsRow } from './statistics.js';
import { STATISTICS, VERIFIER } from './tokens.js';

const OperatorGuard = tokenGuard(VERIFIER, 'operator');

const StatisticsQuery = z.object({
  agent: AgentId.optional(),
  rule: ShortText.min(1).optional(),
  task: TaskId.optional(),
  /** Days back, today among them. Default 7, limits 1 to 3,660. */
  days: z.coerce.number().int().min(1).max(3_660).default(7),
});

const DAY_MS = 24 * 3_600_000;

@Controller('v1/statistics')
@UseGuards(OperatorGuard)
export class StatisticsController {
  constructor(@Inject(STATISTICS) private readonly read: ReadStatistics) {}

  /** Blocks by agent, rule and task; the workers' tests of the guard are not counted. */
  @Get()
  async statistics(@Query() query: unknown): Promise<{ from: string; statistics: readonly StatisticsRow[] }> {
    const { days, ...wanted } = parseQuery(StatisticsQuery, query);
    const from = isoTime(systemClock.now() - (days - 1) * DAY_MS).slice(0, 10);
    return { from, statistics: await this.read({ ...wanted, from }) };
  }
}

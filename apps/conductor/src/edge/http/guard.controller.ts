import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { GuardReportsQuery } from '@rig/contracts';
import { isoTime } from '@rig/kernel';
import { parseQuery } from '@rig/nest-kit';
import type { GuardBody, GuardRow } from '../../core/guard/guard-row.js';
import type { ReadGuardReports } from '../../flows/guard-reports.js';
import { READ_MODELS } from '../tokens.js';
import { OperatorGuard } from './people.controller.js';

interface Page {
  readonly rows: readonly unknown[];
  /** `before` of the next page; null on the last. */
  readonly next: number | null;
}

const view = ({ id, position, time, actor, data }: GuardRow): object => ({
  id,
  position,
  time,
  reportedBy: actor.id,
  ...data,
});

/** What the guard refused, for people. */
@Controller('api/guard')
@UseGuards(OperatorGuard)
export class GuardController {
  constructor(@Inject(READ_MODELS) private readonly readModels: ReadGuardReports) {}

  @Get('blocks')
  async blocks(@Query() query: unknown): Promise<unknown> {
    const { rows, next } = await this.page('GUARD_BLOCKED', query);
    return { blocks: rows, next };
  }

  @Get('spikes')
  async spikes(@Query() query: unknown): Promise<unknown> {
    const { rows, next } = await this.page('GUARD_SPIKE', query);
    return { spikes: rows, next };
  }

  private async page(type: GuardBody['type'], query: unknown): Promise<Page> {
    const { since, ...wanted } = parseQuery(GuardReportsQuery, query);
    const found = await this.readModels.guardReports({
      ...wanted,
      type,
      since: since === undefined ? undefined : isoTime(Date.parse(since)),
      limit: wanted.limit + 1,
    });
    const rows = found.slice(0, wanted.limit);
    return { rows: rows.map(view), next: found.length > rows.length ? (rows.at(-1)?.position ?? null) : null };
  }
}

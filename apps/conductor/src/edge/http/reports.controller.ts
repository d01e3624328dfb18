import { Controller, Get, Header, Inject, Param, UseGuards } from '@nestjs/common';
import { parseFact, type ReportStatus } from '@rig/contracts';
import type { Inbox } from '@rig/inbox';
import { Caller, parseQuery, tokenGuard, type Principal } from '@rig/nest-kit';
import { z } from 'zod';
import { INBOX, VERIFIER } from '../tokens.js';

const WorkGuard = tokenGuard(VERIFIER, 'work');

/** What became of an agent's own reports. Somebody else's are unknown to it, as are those that never came. */
@Controller('api/reports')
@UseGuards(WorkGuard)
export class ReportsController {
  constructor(@Inject(INBOX) private readonly inbox: Pick<Inbox, 'load'>) {}

  @Get(':id')
  @Header('cache-control', 'no-store')
  async one(@Param('id') param: string, @Caller() caller: Principal): Promise<ReportStatus> {
    const id = parseQuery(z.uuid(), param);
    const item = await this.inbox.load(id.toLowerCase());
    const fact = item?.kind === 'fact' ? parseFact(item.fact) : undefined;
    const own = fact?.ok === true && fact.value.actor.kind === 'agent' && fact.value.actor.id === caller.subject;
    if (item === undefined || !own) return { id, status: 'unknown', reason: null };
    return { id, status: item.settled?.outcome ?? 'pending', reason: item.settled?.reason ?? null };
  }
}

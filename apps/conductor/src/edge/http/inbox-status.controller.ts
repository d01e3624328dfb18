import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import type { Inbox } from '@rig/inbox';
import { parseQuery } from '@rig/nest-kit';
import { z } from 'zod';
import { INBOX } from '../tokens.js';
import { OperatorGuard } from './people.controller.js';

/** Entries asked for at once. */
const MAX_IDS = 100;

const IdsQuery = z.object({
  ids: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.uuid()).min(1).max(MAX_IDS)),
});

interface InboxStatus {
  readonly id: string;
  readonly status: 'unknown' | 'pending' | 'applied' | 'ignored' | 'refused';
  readonly reason: string | null;
}

/** What became of deliveries and facts that were answered with 202. */
@Controller('api/inbox')
@UseGuards(OperatorGuard)
export class InboxStatusController {
  constructor(@Inject(INBOX) private readonly inbox: Inbox) {}

  @Get()
  async many(@Query() query: unknown): Promise<{ items: readonly InboxStatus[] }> {
    const { ids } = parseQuery(IdsQuery, query);
    return { items: await Promise.all(ids.map((id) => this.statusOf(id))) };
  }

  @Get(':id')
  one(@Param('id') id: string): Promise<InboxStatus> {
    return this.statusOf(parseQuery(z.uuid(), id));
  }

  private async statusOf(id: string): Promise<InboxStatus> {
    const item = await this.inbox.load(id);
    if (item === undefined) return { id, status: 'unknown', reason: null };
    return { id, status: item.settled?.outcome ?? 'pending', reason: item.settled?.reason ?? null };
  }
}

import { Controller, Get, Inject, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { EventLog } from '@rig/event-store';
import { KIT, LongLived, parseQuery, ProblemException, type Kit } from '@rig/nest-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { EVENT_LOG } from '../tokens.js';
import { followLog } from './follow-log.js';
import { OperatorGuard } from './people.controller.js';

const LiveQuery = z.object({ after: z.coerce.number().int().min(0).optional() });

/** Streams open at the same time. */
const MAX_STREAMS = 200;

@Controller('api/live')
@UseGuards(OperatorGuard)
export class LiveController {
  private open = 0;

  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(KIT) private readonly kit: Kit,
  ) {}

  /** Server-sent events from `?after=` or Last-Event-ID on; without either, from now on. */
  @Get()
  @LongLived()
  async live(@Query() query: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { after } = parseQuery(LiveQuery, { ...(query as object), ...lastEventId(request) });
    if (this.open >= MAX_STREAMS) {
      throw new ProblemException({
        status: 503,
        code: 'TOO_MANY_STREAMS',
        detail: `${MAX_STREAMS} live streams are open.`,
        fix: 'Close one, or read /api/events.',
        headers: { 'retry-after': '5' },
      });
    }
    this.open += 1;
    try {
      const from = after ?? (await this.log.head());
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      await followLog(this.log, from, reply.raw, this.kit);
    } finally {
      this.open -= 1;
      if (reply.sent) reply.raw.end();
    }
  }
}

const lastEventId = (request: FastifyRequest): { after?: unknown } => {
  const header = request.headers['last-event-id'];
  return header === undefined ? {} : { after: header };
};

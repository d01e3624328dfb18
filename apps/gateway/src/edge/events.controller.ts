import { Body, Controller, HttpCode, Inject, Post, UseGuards } from '@nestjs/common';
import type { EventResult } from '@rig/contracts';
import type { Inbox } from '@rig/inbox';
import { Caller, ProblemException, tokenGuard, type Principal } from '@rig/nest-kit';
import { createReportFacts } from '../flows/report-facts.js';
import { INBOX, VERIFIER } from './tokens.js';

const WorkGuard = tokenGuard(VERIFIER, 'work');

@Controller('api/events')
@UseGuards(WorkGuard)
export class EventsController {
  private readonly report: ReturnType<typeof createReportFacts>;

  constructor(@Inject(INBOX) inbox: Inbox) {
    this.report = createReportFacts(inbox);
  }

  /** 202: every item has its own answer; what is accepted or a duplicate is stored for good. */
  @Post()
  @HttpCode(202)
  async events(@Body() body: unknown, @Caller() caller: Principal): Promise<{ results: readonly EventResult[] }> {
    const reported = await this.report(body, caller.subject);
    if (reported.ok) return { results: reported.value };
    const { code, message, fix } = reported.refusal;
    throw new ProblemException({
      status: 422,
      code,
      detail: message,
      field: 'body',
      ...(fix === undefined ? {} : { fix }),
    });
  }
}

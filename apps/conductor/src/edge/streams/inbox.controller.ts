import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { INBOX_STREAM } from '@rig/contracts';
import { OnStream } from '@rig/nest-kit';
import type { Verdict } from '@rig/stream-bus';
import type { DecideInboxEntry } from '../../flows/decide-inbox-entry.js';
import { FLOWS } from '../tokens.js';

/** Wake-ups from the gateway: an entry of the inbox waits to be decided. */
@Controller()
export class InboxController {
  constructor(@Inject(FLOWS) private readonly flows: { readonly decideInboxEntry: DecideInboxEntry }) {}

  @OnStream(INBOX_STREAM, 'conductor')
  async entry(@Payload() { inboxId }: { inboxId: string }): Promise<Verdict> {
    const settled = await this.flows.decideInboxEntry(inboxId);
    return { verdict: 'ack', outcome: typeof settled === 'string' ? settled : settled.outcome };
  }
}

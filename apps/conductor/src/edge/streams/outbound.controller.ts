import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { EVENTS_STREAM, type RigEvent } from '@rig/contracts';
import { OnStream } from '@rig/nest-kit';
import type { Verdict } from '@rig/stream-bus';
import type { RequestOutbound } from '../../flows/request-outbound.js';
import { FLOWS } from '../tokens.js';

/** Turns committed events into calls to the forge. */
@Controller()
export class OutboundController {
  constructor(@Inject(FLOWS) private readonly flows: { readonly requestOutbound: RequestOutbound }) {}

  @OnStream(EVENTS_STREAM, 'conductor.outbound')
  async event(@Payload() event: RigEvent | null): Promise<Verdict> {
    if (event === null) return { verdict: 'ack', outcome: 'unknown-type' };
    return { verdict: 'ack', outcome: await this.flows.requestOutbound(event) };
  }
}

import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { FACTS_STREAM, type Fact } from '@rig/contracts';
import { OnStream } from '@rig/nest-kit';
import type { Verdict } from '@rig/stream-bus';
import type { DecideFact } from '../../flows/decide-fact.js';
import { FLOWS } from '../tokens.js';

/** Facts and proposals of the other services. */
@Controller()
export class FactsController {
  constructor(@Inject(FLOWS) private readonly flows: { readonly decideFact: DecideFact }) {}

  @OnStream(FACTS_STREAM, 'conductor')
  async fact(@Payload() fact: Fact): Promise<Verdict> {
    const outcome = await this.flows.decideFact(fact);
    return { verdict: 'ack', outcome: outcome.status };
  }
}

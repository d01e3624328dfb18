import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { EVENTS_STREAM, parseSubject, type EventType, type RigEvent } from '@rig/contracts';
import { OnStream } from '@rig/nest-kit';
import type { Verdict } from '@rig/stream-bus';
import type { EvaluateMerge } from '../../flows/evaluate-merge.js';
import { FLOWS } from '../tokens.js';

/** Events after which a pull request may have become mergeable. The gate sweep covers whatever is missed. */
const CONCERNS: ReadonlySet<EventType> = new Set([
  'CI_PASSED',
  'REVIEW_APPROVED',
  'REVIEW_DISMISSED',
  'REVIEW_THREAD_RESOLVED',
  'PR_READY',
  'PR_UPDATED',
  'PR_LINKED',
  'MERGE_FAILED',
]);

@Controller()
export class GateController {
  constructor(@Inject(FLOWS) private readonly flows: { readonly evaluateMerge: EvaluateMerge }) {}

  @OnStream(EVENTS_STREAM, 'conductor.gate')
  async event(@Payload() event: RigEvent | null): Promise<Verdict> {
    if (event === null) return { verdict: 'ack', outcome: 'unknown-type' };
    const subject = parseSubject(event.subject);
    if (!CONCERNS.has(event.type) || subject?.kind !== 'pull') return { verdict: 'ack', outcome: 'no-concern' };
    return { verdict: 'ack', outcome: await this.flows.evaluateMerge(subject.repo, subject.number) };
  }
}

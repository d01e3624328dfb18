import type { GatewayClient } from '@rig/agent-kit';
import type { Fact } from '@rig/contracts';
import { backoff, faultPoint, messageOf, type Clock, type Logger } from '@rig/kernel';
import type { Reported } from '../flows/work-offer.js';
import type { Spool } from './spool.js';

export interface DeliveryDeps {
  readonly gateway: GatewayClient;
  readonly spool: Spool;
  readonly clock: Clock;
  readonly logger: Logger;
}

const PAUSE = { baseMs: 500, maxMs: 15_000 };

const send = async (
  { gateway, logger }: DeliveryDeps,
  fact: Fact,
  signal: AbortSignal,
): Promise<Reported | 'again'> => {
  try {
    const answer = await gateway.postFacts([fact], signal);
    const result = answer.ok ? answer.value[0] : undefined;
    if (result?.status === 'accepted' || result?.status === 'duplicate') return 'stored';
    const why = answer.ok ? (result?.detail ?? result?.code) : `${answer.refusal.code}: ${answer.refusal.message}`;
    logger.log('error', 'the gateway refused a report', { type: fact.type, why });
    // A token that is not accepted now may be later; a fact that does not fit never will.
    return answer.ok || answer.refusal.status === 422 ? 'refused' : 'again';
  } catch (error) {
    if (!signal.aborted) logger.log('warn', 'a report could not be sent yet', { error: messageOf(error) });
    return 'again';
  }
};

/** Sends a report that lies in the spool until the gateway has it or never will, and then takes it out. */
export const deliver = async (deps: DeliveryDeps, fact: Fact, signal: AbortSignal): Promise<Reported> => {
  for (let n = 0; !signal.aborted; n++) {
    const sent = await send(deps, fact, signal);
    if (sent !== 'again') {
      faultPoint('worker.reported');
      await deps.spool.drop(fact.id);
      return sent;
    }
    await deps.clock.sleep(backoff(n, PAUSE), signal);
  }
  return 'ended';
};

import { MAX_FACTS, type GatewayClient } from '@rig/agent-kit';
import type { Fact } from '@rig/contracts';
import { backoff, isoTime, messageOf, uuidv7, type Clock, type Lifecycle, type Logger } from '@rig/kernel';
import { failed } from '../core/outcome.js';
import { outcomeFact, progressFact, type Stamp } from '../core/report.js';
import type { Reported, Reports } from '../flows/work-offer.js';
import type { Spool } from './spool.js';

export interface ReportsDeps {
  readonly gateway: GatewayClient;
  readonly spool: Spool;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Steps that wait to be sent; beyond that the oldest are dropped: they are told for people, nothing depends on them. */
const MAX_WAITING = 50;
const PAUSE = { baseMs: 500, maxMs: 15_000 };

type Sent = 'stored' | 'refused' | 'again';

/** Reports to the gateway: steps when there is time, last words from the disk until they are stored. */
export const createReports = ({ gateway, spool, clock, logger }: ReportsDeps): Reports & Lifecycle => {
  const waiting: Fact[] = [];
  const ending = new AbortController();
  let sending: Promise<void> | undefined;
  let leftovers: Promise<void> | undefined;
  const stamp = (): Stamp => ({ id: uuidv7(clock.now()), time: isoTime(clock.now()) });

  const sendSteps = async (): Promise<void> => {
    while (waiting.length > 0) {
      await gateway.postFacts(waiting.splice(0, MAX_FACTS), ending.signal);
    }
  };

  const kick = (): void => {
    sending ??= sendSteps()
      .catch((error: unknown) => {
        waiting.length = 0;
        logger.log('debug', 'steps could not be reported', { error: messageOf(error) });
      })
      .finally(() => {
        sending = undefined;
      });
  };

  const send = async (fact: Fact, signal: AbortSignal): Promise<Sent> => {
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

  const deliver = async (fact: Fact, signal: AbortSignal): Promise<Reported> => {
    for (let n = 0; !signal.aborted; n++) {
      const sent = await send(fact, signal);
      if (sent !== 'again') {
        await spool.drop(fact.id);
        return sent;
      }
      await clock.sleep(backoff(n, PAUSE), signal);
    }
    return 'ended';
  };

  const sendLeftovers = async (): Promise<void> => {
    for (const fact of await spool.list()) await deliver(fact, ending.signal);
  };

  return {
    progress: (brief, step, message) => {
      waiting.push(progressFact(brief, stamp(), step, message));
      waiting.splice(0, Math.max(0, waiting.length - MAX_WAITING));
      kick();
    },
    final: async (brief, outcome, signal) => {
      // Steps first, so that the log tells them in order; but the last word does not wait long for them.
      if (sending !== undefined) await Promise.race([sending, clock.sleep(2_000, signal)]);
      const fact = outcomeFact(brief, stamp(), outcome);
      await spool.keep(fact);
      const end = await deliver(fact, signal);
      if (end !== 'refused') {
        // A lost fence makes the report worthless; a worker that ends leaves it to its next start.
        if (end === 'ended' && signal.reason === 'superseded') await spool.drop(fact.id);
        return end;
      }
      if (outcome.type === 'failed') return end;
      const instead = outcomeFact(brief, stamp(), failed('RESULT_INVALID', 'the gateway refused the report'));
      await spool.keep(instead);
      return deliver(instead, signal);
    },
    start: async () => {
      leftovers ??= sendLeftovers().catch((error: unknown) => {
        logger.log('warn', 'reports of an earlier run could not be sent', { error: messageOf(error) });
      });
    },
    stop: async () => {
      ending.abort();
      await Promise.all([leftovers, sending]);
    },
  };
};

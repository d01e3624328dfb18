import type { TaskBrief } from '@rig/contracts';
import { faultPoint, isoTime, messageOf, uuidv7, type Lifecycle } from '@rig/kernel';
import { failed, type Outcome } from '../core/outcome.js';
import { outcomeFact, progressFact, type Stamp } from '../core/report.js';
import type { Reported, Reports } from '../flows/work-offer.js';
import { deliver, type DeliveryDeps } from './delivery.js';
import { createSteps } from './steps.js';

/** Longest wait of a last word for the steps before it, in milliseconds. */
const STEPS_MS = 2_000;

/** Reports to the gateway: steps when there is time, last words from the disk until they are stored. */
export const createReports = (deps: DeliveryDeps): Reports & Lifecycle => {
  const { spool, clock, logger } = deps;
  const ending = new AbortController();
  const steps = createSteps(deps.gateway, logger, ending.signal);
  let leftovers: Promise<void> | undefined;
  const stamp = (): Stamp => ({ id: uuidv7(clock.now()), time: isoTime(clock.now()) });

  const sendLeftovers = async (): Promise<void> => {
    for (const fact of await spool.list()) await deliver(deps, fact, ending.signal);
  };

  const sendLast = async (brief: TaskBrief, outcome: Outcome, signal: AbortSignal): Promise<Reported> => {
    const fact = outcomeFact(brief, stamp(), outcome);
    await spool.keep(fact);
    faultPoint('worker.spooled');
    const end = await deliver(deps, fact, signal);
    // A lost fence makes the report worthless; a worker that ends leaves it to its next start.
    if (end === 'ended' && signal.reason === 'superseded') await spool.drop(fact.id);
    return end;
  };

  return {
    progress: (brief, step, message) => steps.add(progressFact(brief, stamp(), step, message)),
    final: async (brief, outcome, signal) => {
      // Steps first, so that the log tells them in order.
      const sent = new AbortController();
      await Promise.race([steps.sent(), clock.sleep(STEPS_MS, AbortSignal.any([signal, sent.signal]))]);
      sent.abort();
      const end = await sendLast(brief, outcome, signal);
      if (end !== 'refused' || outcome.type === 'failed') return end;
      return sendLast(brief, failed('RESULT_INVALID', 'the gateway refused the report'), signal);
    },
    start: async () => {
      leftovers ??= sendLeftovers().catch((error: unknown) => {
        logger.log('warn', 'reports of an earlier run could not be sent', { error: messageOf(error) });
      });
    },
    stop: async () => {
      ending.abort();
      await Promise.all([leftovers, steps.sent()]);
    },
  };
};

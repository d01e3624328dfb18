import type { GatewayClient } from '@rig/agent-kit';
import type { Fact } from '@rig/contracts';
import { backoff, faultPoint, isoTime, uuidv7, type Clock, type Lifecycle, type Logger } from '@rig/kernel';
import { createSpoolReader, createSpoolWriter } from '@rig/spool';
import { failed } from '../core/outcome.js';
import { outcomeFact, progressFact, type Stamp } from '../core/report.js';
import type { Reported, Reports } from '../flows/work-offer.js';
import { createSpoolDelivery, PAUSE, sendFacts, type SpoolDeliveryDeps } from './spool-delivery.js';
import { createSteps } from './steps.js';

export interface ReportsDeps {
  readonly gateway: GatewayClient;
  /** Of this worker's reports alone; the folder above it has to exist. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly count?: SpoolDeliveryDeps['count'];
}

/** Longest wait of a last word for the steps before it, in milliseconds. */
const STEPS_MS = 2_000;

/** Those who wait for what becomes of a report. */
const createWaiting = () => {
  const waiting = new Map<string, (how: 'stored' | 'refused') => void>();
  return {
    settle: (id: string, how: 'stored' | 'refused'): void => waiting.get(id)?.(how),
    outcomeOf: async (id: string, signal: AbortSignal): Promise<Reported> => {
      const settled = new Promise<Reported>((resolve) => waiting.set(id, resolve));
      const ended = new Promise<Reported>((resolve) => {
        if (signal.aborted) resolve('ended');
        signal.addEventListener('abort', () => resolve('ended'), { once: true });
      });
      const how = await Promise.race([settled, ended]);
      waiting.delete(id);
      return how;
    },
  };
};

/** Where the disk takes nothing: sent from memory, for as long as this worker lives. */
const sendUnkept = async (deps: ReportsDeps, fact: Fact, signal: AbortSignal): Promise<Reported> => {
  for (let n = 0; !signal.aborted; n++) {
    const sent = await sendFacts({ ...deps, name: 'reports' }, [fact], signal);
    if (sent !== 'again') return sent[0] ?? 'refused';
    await deps.clock.sleep(backoff(n, PAUSE), signal);
  }
  return 'ended';
};

/** Last words lie on the disk from when they are said until they are stored. */
const createLastWords = (deps: ReportsDeps) => {
  const { gateway, folder, clock, logger, count } = deps;
  const writer = createSpoolWriter({ folder, durable: true });
  const waiting = createWaiting();
  const worthless = new Set<string>();
  const delivery = createSpoolDelivery({
    name: 'reports',
    reader: createSpoolReader({ folder }),
    gateway,
    clock,
    logger,
    accepts: ({ id }) => !worthless.has(id),
    onSettled: (id, how) => {
      faultPoint('worker.reported');
      waiting.settle(id, how);
    },
    ...(count === undefined ? {} : { count }),
  });

  const send = async (fact: Fact, signal: AbortSignal): Promise<Reported> => {
    const outcomeOf = waiting.outcomeOf(fact.id, signal);
    const kept = writer.append(JSON.stringify(fact));
    if (kept !== 'kept') {
      logger.log('error', 'a report could not be kept', { id: fact.id, why: kept });
      return sendUnkept(deps, fact, signal);
    }
    faultPoint('worker.spooled');
    delivery.wake();
    const end = await outcomeOf;
    // A lost fence makes the report worthless; a worker that ends leaves it to its next start.
    if (end === 'ended' && signal.reason === 'superseded') worthless.add(fact.id);
    return end;
  };

  return { send, start: delivery.start, stop: delivery.stop };
};

/** Reports to the gateway: steps when there is time, last words from the disk until they are stored. */
export const createReports = (deps: ReportsDeps): Reports & Lifecycle => {
  const { clock } = deps;
  const ending = new AbortController();
  const steps = createSteps(deps.gateway, deps.logger, ending.signal);
  const last = createLastWords(deps);
  const stamp = (): Stamp => ({ id: uuidv7(clock.now()), time: isoTime(clock.now()) });

  return {
    progress: (brief, step, message) => steps.add(progressFact(brief, stamp(), step, message)),
    final: async (brief, outcome, signal) => {
      // Steps first, so that the log tells them in order.
      const sent = new AbortController();
      await Promise.race([steps.sent(), clock.sleep(STEPS_MS, AbortSignal.any([signal, sent.signal]))]);
      sent.abort();
      const end = await last.send(outcomeFact(brief, stamp(), outcome), signal);
      if (end !== 'refused' || outcome.type === 'failed') return end;
      const unfit = failed('RESULT_INVALID', 'the gateway refused the report');
      return last.send(outcomeFact(brief, stamp(), unfit), signal);
    },
    start: () => last.start(),
    stop: async () => {
      ending.abort();
      await Promise.all([last.stop(), steps.sent()]);
    },
  };
};

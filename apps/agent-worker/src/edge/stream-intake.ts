import type { ConductorClient } from '@rig/agent-kit';
import { Offer, WORKERS_GROUP, tasksStream } from '@rig/contracts';
import { accept, refuse, type Lifecycle, type Refusal, type Result } from '@rig/kernel';
import type { Delivery, StreamBus, Verdict } from '@rig/stream-bus';
import type { Desk } from '../flows/desk.js';
import type { OneShot } from './one-shot.js';
import { renewOnBus } from './renewals.js';

export interface StreamIntakeDeps {
  readonly bus: StreamBus;
  readonly conductor: ConductorClient;
  readonly desk: Desk;
  readonly agentId: string;
  /** HOSTNAME. */
  readonly consumer: string;
  /** Which start of this process: two with one name notice each other. */
  readonly incarnation: string;
  readonly slots: number;
  readonly oneShot?: OneShot | undefined;
  /** Until an offer is tried again whose attempt still runs elsewhere, in milliseconds. Default 5000. */
  readonly laterMs?: number;
}

/** Longest wait of one read, in milliseconds; also what a one-shot worker waits for its task. */
export const BLOCK_MS = 2_000;
/** Offers of a worker that has not renewed for so long are taken over, in milliseconds. */
const TAKE_OVER_IDLE_MS = 60_000;

const parseOffer = (json: unknown): Result<Offer, Refusal> => {
  const parsed = Offer.safeParse(json);
  if (parsed.success) return accept(parsed.data);
  const [first] = parsed.error.issues;
  return refuse({ code: 'OFFER_INVALID', message: `${first?.path.join('.') ?? ''}: ${first?.message ?? ''}` });
};

/** Takes offers from the agent's own stream. An entry is acknowledged when its report is stored or its task is gone. */
export const createStreamIntake = (deps: StreamIntakeDeps): Lifecycle => {
  const { bus, conductor, desk, agentId, consumer, incarnation, slots, oneShot, laterMs = 5_000 } = deps;
  const stream = tasksStream(agentId);

  const handle = async ({ id, value }: Delivery<Offer>): Promise<Verdict> => {
    oneShot?.busy();
    const entry = { stream, group: WORKERS_GROUP, id };
    const end = await desk.work(value, (brief) =>
      renewOnBus(bus, conductor, `${consumer}/${incarnation}`, brief, entry),
    );
    if (end === 'worked') oneShot?.done();
    else oneShot?.idle();
    if (end !== 'later') return { verdict: 'ack', outcome: end };
    if (desk.closing.aborted) return { verdict: 'leave' };
    return { verdict: 'retry', reason: 'another attempt runs', delayMs: laterMs, counted: false };
  };

  // One at a time: what is read and not begun would only be kept from other workers.
  const reader = bus.consume({
    stream,
    group: WORKERS_GROUP,
    consumer,
    parse: parseOffer,
    handle,
    batch: 1,
    readAhead: false,
    more: () => oneShot?.over !== true,
    concurrency: slots,
    takeOverIdleMs: TAKE_OVER_IDLE_MS,
    blockMs: BLOCK_MS,
  });

  return {
    start: async () => {
      await bus.ensureGroup(stream, WORKERS_GROUP).catch(() => undefined);
      await reader.start();
      oneShot?.idle();
    },
    stop: async () => {
      oneShot?.busy();
      await Promise.all([desk.close(), reader.stop()]);
    },
  };
};

import type { Clock } from '@rig/kernel';
import type { Intent } from '../core/intent.js';
import type { Desk } from './desk.js';
import type { Outbox } from '@rig/outbox';
import { toFact } from './to-fact.js';

export interface SendIntentsDeps {
  readonly desk: Desk;
  readonly outbox: Pick<Outbox, 'put'>;
  readonly clock: Clock;
  onSent?(intent: Intent): void;
}

export type SendIntents = (intents: readonly Intent[]) => Promise<void>;

/**
 * Hands intents to the outbox as facts and remembers them as in flight, before they are sent: the answer may be faster
 * than the outbox. What could not be stored is not in flight; the next pass proposes it again.
 */
export const createSendIntents =
  ({ desk, outbox, clock, onSent }: SendIntentsDeps): SendIntents =>
  async (intents) => {
    const now = clock.now();
    const proposals = intents.map((intent) => ({ intent, fact: toFact(intent, desk.board, now) }));
    for (const { intent, fact } of proposals) {
      desk.inFlight.set(intent.key, { factId: fact.id, intent, sentAt: now });
    }
    try {
      await outbox.put(proposals.map(({ fact }) => fact));
    } catch (error) {
      for (const { intent, fact } of proposals) {
        if (desk.inFlight.get(intent.key)?.factId === fact.id) desk.inFlight.delete(intent.key);
      }
      throw error;
    }
    for (const { intent } of proposals) onSent?.(intent);
  };

import { parseFact } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import { isRigError } from '@rig/kernel';
import type { DecideDelivery, Settlement } from './decide-delivery.js';
import type { DecideFact } from './decide-fact.js';

/** A stored delivery or fact, as the inbox gives it out. */
export type InboxEntry =
  | {
      readonly kind: 'delivery';
      readonly id: string;
      readonly event: string;
      readonly body: Buffer;
      readonly settled: boolean;
    }
  | { readonly kind: 'fact'; readonly id: string; readonly fact: unknown; readonly settled: boolean };

export interface DecideInboxEntryDeps {
  readonly store: EventStore;
  load(id: string): Promise<InboxEntry | undefined>;
  readonly decideDelivery: DecideDelivery;
  readonly decideFact: DecideFact;
}

const payloadOf = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
};

/** Decides one stored entry and settles it. A passing fault is thrown, so that the entry is tried again. */
export const createDecideInboxEntry = ({ store, load, decideDelivery, decideFact }: DecideInboxEntryDeps) => {
  const decide = async (entry: InboxEntry): Promise<Settlement> => {
    if (entry.kind === 'delivery') {
      return decideDelivery({ id: entry.id, event: entry.event, payload: payloadOf(entry.body) });
    }
    const fact = parseFact(entry.fact);
    if (!fact.ok) return { outcome: 'refused', reason: fact.refusal.code };
    const outcome = await decideFact(fact.value);
    if (outcome.status === 'refused') return { outcome: 'refused', reason: outcome.refusal.code };
    return { outcome: 'applied', reason: outcome.status === 'duplicate' ? 'DUPLICATE' : 'APPLIED' };
  };

  /** What cannot be decided, ever, is settled as refused: it must not be tried for all time. */
  const decideOrRefuse = async (entry: InboxEntry): Promise<Settlement> => {
    try {
      return await decide(entry);
    } catch (error) {
      if (isRigError(error) && error.kind === 'terminal') return { outcome: 'refused', reason: error.code };
      throw error;
    }
  };

  return async (id: string): Promise<Settlement | 'unknown' | 'settled'> => {
    const entry = await load(id);
    if (entry === undefined) return 'unknown';
    if (entry.settled) return 'settled';
    const settlement = await decideOrRefuse(entry);
    await store.append({ writes: [], effects: [{ name: 'settle_inbox', args: { id, ...settlement } }] });
    return settlement;
  };
};

export type DecideInboxEntry = ReturnType<typeof createDecideInboxEntry>;

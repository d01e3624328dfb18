import { isAgentFactType, parseFact } from '@rig/contracts';
import type { Inbox, InboxItem } from '@rig/inbox';
import { isRigError } from '@rig/kernel';
import type { DecideDelivery, Settlement } from './decide-delivery.js';
import type { DecideFact } from './decide-fact.js';

export interface DecideInboxEntryDeps {
  readonly inbox: Pick<Inbox, 'load' | 'settle'>;
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
export const createDecideInboxEntry = ({ inbox, decideDelivery, decideFact }: DecideInboxEntryDeps) => {
  const decide = async (entry: InboxItem): Promise<Settlement> => {
    if (entry.kind === 'delivery') {
      return decideDelivery({ id: entry.id, event: entry.event, payload: payloadOf(entry.body) });
    }
    const fact = parseFact(entry.fact);
    if (!fact.ok) return { outcome: 'refused', reason: fact.refusal.code };
    // Services report on the stream: what came in by the front door is an agent's word, whatever it says of itself.
    const { type, actor } = fact.value;
    if (!isAgentFactType(type) || actor.kind !== 'agent') return { outcome: 'refused', reason: 'FACT_NOT_YOURS' };
    const outcome = await decideFact(fact.value);
    if (outcome.status === 'refused') return { outcome: 'refused', reason: outcome.refusal.code };
    // A refused report is an event, too: kept, and of no effect.
    const refusal =
      outcome.status === 'committed' && outcome.events.find((made) => made.type === 'WORK_REPORT_REFUSED');
    if (refusal) return { outcome: 'refused', reason: refusal.data.code };
    return { outcome: 'applied', reason: outcome.status === 'duplicate' ? 'DUPLICATE' : 'APPLIED' };
  };

  /** What cannot be decided, ever, is settled as refused: it must not be tried for all time. */
  const decideOrRefuse = async (entry: InboxItem): Promise<Settlement> => {
    try {
      return await decide(entry);
    } catch (error) {
      if (isRigError(error) && error.kind === 'terminal') return { outcome: 'refused', reason: error.code };
      throw error;
    }
  };

  return async (id: string): Promise<Settlement | 'unknown' | 'settled'> => {
    const entry = await inbox.load(id);
    if (entry === undefined) return 'unknown';
    if (entry.settled !== undefined) return 'settled';
    const settlement = await decideOrRefuse(entry);
    await inbox.settle(id, settlement.outcome, settlement.reason);
    return settlement;
  };
};

export type DecideInboxEntry = ReturnType<typeof createDecideInboxEntry>;

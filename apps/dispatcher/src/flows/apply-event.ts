import { parseEvent, type RigEvent } from '@rig/contracts';
import type { Logger } from '@rig/kernel';
import { applyToBoard } from '../core/board.js';
import { answer } from '../core/in-flight.js';
import type { Desk } from './desk.js';
import type { Outbox } from '@rig/outbox';
import { DISPATCHER } from './to-fact.js';

export interface ApplyEventDeps {
  readonly desk: Desk;
  readonly outbox: Pick<Outbox, 'settleSoon'>;
  readonly logger: Logger;
  /** Counts outcomes: `applied`, `again` (a position the board has), `unknown` (a type or version not known here). */
  onOutcome?(outcome: ApplyOutcome, events: number): void;
}

export type ApplyOutcome = 'applied' | 'again' | 'unknown';

const answeredBy = (event: RigEvent): readonly string[] => {
  if (event.actor.kind !== DISPATCHER.kind || event.actor.id !== DISPATCHER.id) return [];
  return event.causationid === undefined ? [] : [event.causationid];
};

/**
 * Takes events of the log in position order: lets the facts go that they answer, and brings the board up to date. The
 * board is saved only when those are gone: it must never be ahead of the outbox, since an answer is not seen again.
 */
export const createApplyEvents = ({ desk, outbox, logger, onOutcome }: ApplyEventDeps) => {
  const parse = (envelope: ApplyInput): RigEvent | undefined => {
    const parsed = parseEvent(envelope);
    if (parsed.ok) return parsed.value;
    // A newer conductor may write what this dispatcher does not know yet; what it does not know it does not need.
    logger.log('warn', 'an event was passed over', { position: envelope.position, ...parsed.refusal });
    return undefined;
  };

  return async (envelopes: readonly ApplyInput[]): Promise<void> => {
    const news = envelopes.filter(({ position }) => position > desk.board.position);
    const parsed = news.map((envelope) => ({ position: envelope.position, event: parse(envelope) }));
    const answered = parsed.flatMap(({ event }) => (event === undefined ? [] : answeredBy(event)));
    if (answered.length > 0) await outbox.settleSoon([...new Set(answered)]);
    for (const { position, event } of parsed) {
      if (event === undefined) {
        desk.board.position = Math.max(desk.board.position, position);
        continue;
      }
      applyToBoard(desk.board, event, Date.parse(event.time));
      answer(desk.inFlight, event);
    }
    const known = parsed.filter(({ event }) => event !== undefined).length;
    onOutcome?.('applied', known);
    onOutcome?.('unknown', parsed.length - known);
    onOutcome?.('again', envelopes.length - news.length);
  };
};

/** An event as the reader hands it over; checked here. */
export type ApplyInput = { readonly position: number };

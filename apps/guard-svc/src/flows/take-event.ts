import { parseEvent, type CommittedEnvelope, type EventBodyOf, type RigEvent } from '@rig/contracts';
import type { Clock, Logger } from '@rig/kernel';
import type { Block } from '../core/block.js';
import { spikesOf, type Spike } from '../core/spikes.js';
import type { FactKeeper, Ledger } from './ports.js';
import { GUARD_SVC } from './to-fact.js';

export interface TakeEventDeps {
  readonly ledger: Pick<Ledger, 'take' | 'advance'>;
  readonly facts: Pick<FactKeeper, 'settle'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** `taken` a block, `seen` before, a `canary`, `other` events, `unknown` ones. */
  onOutcome(outcome: 'taken' | 'seen' | 'canary' | 'other' | 'unknown'): void;
  onBlock(block: Block): void;
  onSpike(spike: Spike): void;
}

/** The position is noted after so many events, or so many milliseconds: what is read again after a crash, at most. */
const NOTE_EVERY_EVENTS = 500;
const NOTE_EVERY_MS = 10_000;

const blockOf = ({ id, position, data }: Omit<RigEvent, 'data' | 'type'> & EventBodyOf<'GUARD_BLOCKED'>): Block => ({
  id,
  position,
  agent: data.agent,
  rule: data.rule,
  taskId: data.taskId,
  taskSubject: data.taskSubject,
  at: Date.parse(data.blockedAt),
});

const answeredBy = ({ actor, causationid }: RigEvent): readonly string[] =>
  actor.kind === GUARD_SVC.kind && actor.id === GUARD_SVC.id && causationid !== undefined ? [causationid] : [];

/** Takes the events of the log in, one by one in position order; what was taken in before changes nothing. */
export const createTakeEvent = ({ ledger, facts, clock, logger, ...on }: TakeEventDeps) => {
  let unnoted = 0;
  let notedAt = clock.now();

  const note = async (position: number): Promise<void> => {
    await ledger.advance(position);
    unnoted = 0;
    notedAt = clock.now();
  };

  const passOn = async (position: number): Promise<void> => {
    unnoted += 1;
    if (unnoted >= NOTE_EVERY_EVENTS || clock.now() - notedAt >= NOTE_EVERY_MS) await note(position);
  };

  const take = async (block: Block): Promise<'taken' | 'seen'> => {
    const taken = await ledger.take(block, (history) => spikesOf(block, history));
    if (taken.status === 'seen') return 'seen';
    on.onBlock(block);
    for (const spike of taken.spikes) {
      on.onSpike(spike);
      const { agent, cause, blocks } = spike;
      logger.log('warn', 'an agent is refused unusually often', { agent, cause, blocks });
    }
    return 'taken';
  };

  const handle = async (event: RigEvent): Promise<'taken' | 'seen' | 'canary' | 'other'> => {
    const answered = answeredBy(event);
    if (answered.length > 0) await facts.settle(answered);
    if (event.type !== 'GUARD_BLOCKED') return 'other';
    return event.data.canary ? 'canary' : take(blockOf(event));
  };

  return async (envelope: CommittedEnvelope): Promise<void> => {
    const parsed = parseEvent(envelope);
    // A newer conductor may write what this service does not know yet, and it does not need what it does not know.
    const outcome = parsed.ok ? await handle(parsed.value) : 'unknown';
    if (!parsed.ok) {
      logger.log('warn', 'an event was passed over', { position: envelope.position, ...parsed.refusal });
    }
    on.onOutcome(outcome);
    if (outcome !== 'taken') await passOn(envelope.position);
  };
};

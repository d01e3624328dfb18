import { DEAD_LETTERS_SUBJECT, type Actor, type EventDataOf, type RigEventBody } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import { accept, derivedId, refuse, type Refusal, type Result } from '@rig/kernel';
import type { DeadEntry, StreamBus } from '@rig/stream-bus';
import type { CommitDecision } from './commit-decision.js';
import { streams } from './projections.js';

export interface DeadLettersDeps {
  readonly store: EventStore;
  readonly bus: Pick<StreamBus, 'deadLists' | 'dead' | 'deadEntry' | 'redrive' | 'dropDead'>;
  readonly commit: CommitDecision;
}

export interface Settled {
  readonly list: string;
  readonly id: string;
  /** Position of the event; null when the same was asked for before. */
  readonly position: number | null;
}

/** Lengths that a ShortText and a Text allow. */
const SHORT = 1_024;
const LONG = 65_536;

const describe = (list: string, entry: DeadEntry): EventDataOf<'DEAD_LETTER_REDRIVEN'> => ({
  list,
  id: entry.id,
  stream: entry.stream,
  group: entry.group,
  reason: entry.reason.slice(0, SHORT),
  tries: entry.tries,
});

const redriven = (list: string, entry: DeadEntry): RigEventBody => ({
  type: 'DEAD_LETTER_REDRIVEN',
  data: describe(list, entry),
});

const dropped = (list: string, entry: DeadEntry): RigEventBody => ({
  type: 'DEAD_LETTER_DROPPED',
  data: { ...describe(list, entry), payload: entry.json.slice(0, LONG) },
});

const gone = (list: string, id: string): Refusal => ({
  code: 'DEAD_LETTER_UNKNOWN',
  message: `no entry ${id} in ${list}`,
  fix: '`rig dead list` shows what there is.',
});

/**
 * What people do with entries that went to a dead list. The event is committed first, under an id that follows from the
 * entry, and only then is the entry moved: when the process dies between the two, asking again moves it, and the event
 * stays one.
 */
export const createDeadLetters = ({ store, bus, commit }: DeadLettersDeps) => {
  const record = async (body: RigEventBody, id: string, actor: Actor): Promise<number | null> => {
    const outcome = await commit({
      cause: { id, actor },
      load: async () => {
        const version = (await store.load(streams, DEAD_LETTERS_SUBJECT))?.version ?? 0;
        return { versions: new Map([[DEAD_LETTERS_SUBJECT, version]]) };
      },
      decide: () => accept([{ subject: DEAD_LETTERS_SUBJECT, body }]),
    });
    return outcome.status === 'committed' ? (outcome.events[0]?.position ?? null) : null;
  };

  const show = async (list: string, id: string): Promise<Result<DeadEntry, Refusal>> => {
    const entry = await bus.deadEntry(list, id);
    return entry === undefined ? refuse(gone(list, id)) : accept(entry);
  };

  const settle =
    (how: string, toBody: typeof redriven, move: (list: string, id: string) => Promise<boolean>) =>
    async (list: string, id: string, actor: Actor): Promise<Result<Settled, Refusal>> => {
      const entry = await show(list, id);
      if (!entry.ok) return entry;
      const { stream, group, entryId, at } = entry.value;
      const cause = derivedId('dead', how, list, id, stream, group, entryId, at);
      const position = await record(toBody(list, entry.value), cause, actor);
      await move(list, id);
      return accept({ list, id, position });
    };

  return {
    lists: () => bus.deadLists(),
    entries: (list: string, limit: number) => bus.dead(list, limit),
    show,
    /** Puts an entry back on its stream, for its group alone. */
    redrive: settle('redrive', redriven, bus.redrive),
    /** Throws an entry away; what it said stays in the log. */
    drop: settle('drop', dropped, bus.dropDead),
  };
};

export type DeadLetters = ReturnType<typeof createDeadLetters>;

import { accept, type Refusal, type Result } from '@rig/kernel';
import type { z } from 'zod';
import { dataSchemaName, type CommittedEnvelope } from './envelope.js';
import { eventDefinitions } from './events/catalogue.js';
import { createEventReader, createEventTyper } from './read-event.js';

type Definitions = (typeof eventDefinitions)[number];

export type EventType = Definitions['type'];

/** An event's type and data, as deciders make them. */
export type RigEventBody = {
  [D in Definitions as D['type']]: { readonly type: D['type']; readonly data: Readonly<z.output<D['data']>> };
}[EventType];

export type EventBodyOf<T extends EventType> = Extract<RigEventBody, { type: T }>;
export type EventDataOf<T extends EventType> = EventBodyOf<T>['data'];

/** A committed event of a known type: the envelope, with its data typed by `type`. */
export type RigEvent = Omit<CommittedEnvelope, 'type' | 'data'> & RigEventBody;

const byType = new Map<string, Definitions>(eventDefinitions.map((definition) => [definition.type, definition]));

export const eventDefinition = (type: string): Definitions | undefined => byType.get(type);

/** The dataschema under which this tree writes events of a type. */
export const currentDataSchema = (type: EventType): string => dataSchemaName(type, byType.get(type)?.version ?? 1);

const readEvent = createEventReader(eventDefinitions);
const typed = createEventTyper(eventDefinitions);

/** Parses an event as it lies in the log or on a stream; one of an earlier version comes as the newest. */
export const parseEvent = (input: unknown): Result<RigEvent, Refusal> => {
  const read = readEvent(input);
  return read.ok ? accept(read.value as RigEvent) : read;
};

/** The same of an envelope whose own attributes were checked before. */
export const typeEvent = (envelope: CommittedEnvelope): Result<RigEvent, Refusal> => {
  const read = typed(envelope);
  return read.ok ? accept(read.value as RigEvent) : read;
};

/**
 * The same for one consumer among many: null for a type that only a newer version of Rig writes. Nobody here subscribed to
 * it, so it is to be acknowledged; a newer version of a known type is refused, since somebody would have acted on it.
 */
export const parseStreamedEvent = (input: unknown): Result<RigEvent | null, Refusal> => {
  const parsed = parseEvent(input);
  return !parsed.ok && parsed.refusal.code === 'EVENT_TYPE_UNKNOWN' ? accept(null) : parsed;
};

import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import type { z } from 'zod';
import { CommittedEnvelope, dataSchemaName } from './envelope.js';
import { eventDefinitions } from './events/catalogue.js';

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

/** Parses an event as it lies in the log or on a stream. */
export const parseEvent = (input: unknown): Result<RigEvent, Refusal> => {
  const envelope = CommittedEnvelope.safeParse(input);
  if (!envelope.success) return refuse({ code: 'ENVELOPE_INVALID', message: firstIssue(envelope.error) });
  const definition = byType.get(envelope.data.type);
  if (definition === undefined) {
    return refuse({ code: 'EVENT_TYPE_UNKNOWN', message: `no event type ${envelope.data.type}` });
  }
  if (envelope.data.dataschema !== dataSchemaName(definition.type, definition.version)) {
    return refuse({ code: 'EVENT_VERSION_UNKNOWN', message: `no reader for ${envelope.data.dataschema}` });
  }
  const data = definition.data.safeParse(envelope.data.data);
  if (!data.success) return refuse({ code: 'EVENT_DATA_INVALID', message: firstIssue(data.error) });
  return accept({ ...envelope.data, type: definition.type, data: data.data } as RigEvent);
};

/**
 * The same for one consumer among many: null for a type that only a newer version of Rig writes. Nobody here subscribed to
 * it, so it is to be acknowledged; a newer version of a known type is refused, since somebody would have acted on it.
 */
export const parseStreamedEvent = (input: unknown): Result<RigEvent | null, Refusal> => {
  const parsed = parseEvent(input);
  return !parsed.ok && parsed.refusal.code === 'EVENT_TYPE_UNKNOWN' ? accept(null) : parsed;
};

/** The first problem of a failed parse as `path: what is wrong`. */
export const firstIssue = (error: z.ZodError): string => {
  const [issue] = error.issues;
  return issue === undefined ? 'invalid' : `${issue.path.join('.') || '(root)'}: ${issue.message}`;
};

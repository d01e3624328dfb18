import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import type { z } from 'zod';
import type { EventDefinition } from './define-event.js';
import { CommittedEnvelope, dataSchemaName } from './envelope.js';

/** The first problem of a failed parse as `path: what is wrong`. */
export const firstIssue = (error: z.ZodError): string => {
  const [issue] = error.issues;
  return issue === undefined ? 'invalid' : `${issue.path.join('.') || '(root)'}: ${issue.message}`;
};

/** Data of any version up to the newest, as data of the newest. */
const upcast = (definition: EventDefinition, from: number, data: unknown): Result<unknown, Refusal> => {
  let current = data;
  for (const version of definition.earlier?.slice(from - 1) ?? []) {
    const next = version.toNext(current);
    if (!next.success) return refuse({ code: 'EVENT_DATA_INVALID', message: firstIssue(next.error) });
    current = next.data;
  }
  const parsed = definition.data.safeParse(current);
  return parsed.success
    ? accept(parsed.data)
    : refuse({ code: 'EVENT_DATA_INVALID', message: firstIssue(parsed.error) });
};

type ReadEvent = Omit<CommittedEnvelope, 'data'> & { readonly data: unknown };

interface Reader {
  readonly definition: EventDefinition;
  /** Version by name of the schema, for example `rig:ISSUE_OPENED:1`. */
  readonly versions: ReadonlyMap<string, number>;
  readonly newest: string;
}

const readerOf = (definition: EventDefinition): Reader => {
  const { type, version } = definition;
  const names = Array.from({ length: version }, (_, index) => dataSchemaName(type, index + 1));
  return {
    definition,
    versions: new Map(names.map((name, index) => [name, index + 1])),
    newest: dataSchemaName(type, version),
  };
};

/** Types envelopes whose own attributes were checked before, such as those of the log. */
export const createEventTyper = (definitions: readonly EventDefinition[]) => {
  const byType = new Map(definitions.map((definition) => [definition.type, readerOf(definition)]));
  return (envelope: CommittedEnvelope): Result<ReadEvent, Refusal> => {
    const { type, dataschema } = envelope;
    const reader = byType.get(type);
    if (reader === undefined) return refuse({ code: 'EVENT_TYPE_UNKNOWN', message: `no event type ${type}` });
    const version = reader.versions.get(dataschema);
    if (version === undefined) return refuse({ code: 'EVENT_VERSION_UNKNOWN', message: `no reader for ${dataschema}` });
    const data = upcast(reader.definition, version, envelope.data);
    return data.ok ? accept({ ...envelope, dataschema: reader.newest, data: data.value }) : data;
  };
};

/**
 * Reads events as they lie in a log or on a stream, written by this version of Rig or an earlier one: what comes out is
 * always of the newest version. Refusals: ENVELOPE_INVALID, EVENT_TYPE_UNKNOWN, EVENT_VERSION_UNKNOWN (a newer version
 * wrote it), EVENT_DATA_INVALID.
 */
export const createEventReader = (definitions: readonly EventDefinition[]) => {
  const typed = createEventTyper(definitions);
  return (input: unknown): Result<ReadEvent, Refusal> => {
    const envelope = CommittedEnvelope.safeParse(input);
    return envelope.success
      ? typed(envelope.data)
      : refuse({ code: 'ENVELOPE_INVALID', message: firstIssue(envelope.error) });
  };
};

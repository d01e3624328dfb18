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

/**
 * Reads events as they lie in a log or on a stream, written by this version of Rig or an earlier one: what comes out is
 * always of the newest version. Refusals: ENVELOPE_INVALID, EVENT_TYPE_UNKNOWN, EVENT_VERSION_UNKNOWN (a newer version
 * wrote it), EVENT_DATA_INVALID.
 */
export const createEventReader = (definitions: readonly EventDefinition[]) => {
  const byType = new Map(definitions.map((definition) => [definition.type, definition]));
  return (input: unknown): Result<Omit<CommittedEnvelope, 'data'> & { readonly data: unknown }, Refusal> => {
    const envelope = CommittedEnvelope.safeParse(input);
    if (!envelope.success) return refuse({ code: 'ENVELOPE_INVALID', message: firstIssue(envelope.error) });
    const { type, dataschema } = envelope.data;
    const definition = byType.get(type);
    if (definition === undefined) return refuse({ code: 'EVENT_TYPE_UNKNOWN', message: `no event type ${type}` });
    const versions = Array.from({ length: definition.version }, (_, index) => dataSchemaName(type, index + 1));
    const version = versions.indexOf(dataschema) + 1;
    if (version === 0) return refuse({ code: 'EVENT_VERSION_UNKNOWN', message: `no reader for ${dataschema}` });
    const data = upcast(definition, version, envelope.data.data);
    if (!data.ok) return data;
    return accept({ ...envelope.data, dataschema: dataSchemaName(type, definition.version), data: data.value });
  };
};

import { z } from 'zod';
import { SubjectName } from './subjects.js';
import { Position, ShortText, Time } from './values.js';

/** Who or what caused an event: a forge login, an agent id or a service. */
export const Actor = z.object({ kind: z.enum(['person', 'agent', 'service', 'forge']), id: ShortText });
export type Actor = z.infer<typeof Actor>;

/** W3C trace context, version 00. */
export const TraceParent = z.string().regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);

/** The attributes that facts and events share; names follow CloudEvents 1.0. */
export const EnvelopeHead = z.object({
  id: z.uuid(),
  /** The app that wrote it, for example `rig/conductor`. */
  source: ShortText,
  /** The log's stream. */
  subject: SubjectName,
  time: Time,
  traceparent: TraceParent.optional(),
  /** The delivery or fact a whole chain began with. */
  correlationid: z.uuid().optional(),
  /** The fact or event that led directly to this one. */
  causationid: z.uuid().optional(),
  actor: Actor,
});

/** An event of any type, its data not yet checked against its definition. */
export const CommittedEnvelope = EnvelopeHead.extend({
  type: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  dataschema: z.string().regex(/^rig:[A-Z][A-Z0-9_]*:[1-9][0-9]*$/),
  // A record's keys would each be checked to be a string, for as long as all the rest takes together.
  data: z.looseObject({}),
  /** Place in the log: dense, from 1. */
  position: Position.min(1),
  /** Place in the subject's stream: dense, from 1. */
  version: z.int().min(1),
});
export type CommittedEnvelope = z.infer<typeof CommittedEnvelope>;

export const dataSchemaName = (type: string, version: number): string => `rig:${type}:${version}`;

import type { CommittedEnvelope } from '@rig/contracts';

/** An event as a row of `events`; `meta` holds the attributes nobody searches by. */
export interface EnvelopeRow {
  readonly position: number;
  readonly subject: string;
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly dataschema: string;
  readonly data: CommittedEnvelope['data'];
  readonly meta: Omit<CommittedEnvelope, keyof Columns>;
}

type Columns = Pick<CommittedEnvelope, 'position' | 'subject' | 'version' | 'id' | 'type' | 'dataschema' | 'data'>;

export const toRow = ({
  position,
  subject,
  version,
  id,
  type,
  dataschema,
  data,
  ...meta
}: CommittedEnvelope): EnvelopeRow => ({ position, subject, version, id, type, dataschema, data, meta });

/** Rows are trusted: only `append` writes them, from envelopes, and the table's constraints hold their shape. */
export const fromRow = ({ meta, position, ...columns }: EnvelopeRow): CommittedEnvelope => ({
  ...meta,
  ...columns,
  // A pool made elsewhere may read int8 as text.
  position: Number(position),
});

export const EVENT_COLUMNS = 'position, subject, version, id, type, dataschema, data, meta';

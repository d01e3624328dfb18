import type { SqlPool } from '@rig/event-store';
import { isoTime, type Clock } from '@rig/kernel';
import type { Inbox, InboxCounts, InboxItem, Settled } from './inbox.js';

interface InboxRow {
  readonly id: string;
  readonly kind: 'delivery' | 'fact';
  readonly guid: string | null;
  readonly event: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly received_at: Date;
  readonly settled_at: Date | null;
  readonly outcome: Settled['outcome'] | null;
  readonly reason: string | null;
}

const settledOf = ({ settled_at, outcome, reason }: InboxRow): Settled | undefined =>
  settled_at === null || outcome === null
    ? undefined
    : { at: isoTime(settled_at.getTime()), outcome, reason: reason ?? '' };

const toItem = (row: InboxRow): InboxItem => {
  const head = { id: row.id, receivedAt: isoTime(row.received_at.getTime()), settled: settledOf(row) };
  if (row.kind === 'fact') return { ...head, kind: 'fact', fact: JSON.parse(row.body.toString('utf8')) as unknown };
  const { event, headers, body } = row;
  return { ...head, kind: 'delivery', guid: row.guid ?? row.id, event, headers, body };
};

export const createInboxReads = (
  pool: SqlPool,
  schema: string,
  clock: Clock,
): Pick<Inbox, 'load' | 'missing' | 'undecided' | 'counts'> => ({
  load: async (id) => {
    const found = await pool.query<InboxRow>({
      name: `inbox.load.${schema}`,
      text: `select id, kind, guid, event, headers, body, received_at, settled_at, outcome, reason
               from ${schema}.inbox where id = $1`,
      values: [id],
    });
    return found.rows[0] === undefined ? undefined : toItem(found.rows[0]);
  },
  missing: async (guids) => {
    const found = await pool.query<{ guid: string }>(
      `select wanted.guid from unnest($1::text[]) as wanted (guid)
         where not exists (select from ${schema}.inbox i where i.guid = wanted.guid)`,
      [[...guids]],
    );
    return found.rows.map(({ guid }) => guid);
  },
  undecided: async ({ olderThanMs, limit }) => {
    const found = await pool.query<{ id: string }>(
      `select id from ${schema}.inbox where settled_at is null and received_at <= $1 order by received_at, id limit $2`,
      [new Date(clock.now() - olderThanMs), limit],
    );
    return found.rows.map(({ id }) => id);
  },
  counts: async (): Promise<InboxCounts> => {
    // What is settled is not counted: it is kept for days, and this is asked every few seconds.
    const found = await pool.query<{ items: number; oldest: Date | null }>(
      `select count(*)::integer as items, min(received_at) as oldest from ${schema}.inbox where settled_at is null`,
    );
    const { items = 0, oldest = null } = found.rows[0] ?? {};
    return { undecided: items, oldestMs: oldest === null ? 0 : Math.max(0, clock.now() - oldest.getTime()) };
  },
});

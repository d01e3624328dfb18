import { randomUUID } from 'node:crypto';
import type { CommittedEnvelope } from '@rig/contracts';
import type { InlineProjection, NewEvent } from '@rig/event-store';

/** What an event says: about 250 bytes, as much as an edited issue. A type: Emmett asks for an index signature. */
export type ItemData = {
  readonly key: string;
  readonly title: string;
  readonly turn: number;
  readonly labels: string[];
  readonly text: string;
};

export const ITEM_CHANGED = 'ITEM_CHANGED';

export const itemData = (key: string, turn: number): ItemData => ({
  key,
  title: 'Greet people by their names',
  turn,
  labels: ['agent-ready', 'priority-1'],
  text: 'When a name is given the greeting ends with it; without one it says hello to the world.',
});

export interface ItemRow {
  readonly count: number;
  readonly title: string;
}

/** One row a stream: how many events, and the last title. */
export const items: InlineProjection<ItemRow> = {
  name: 'items',
  keysOf: (event) => [event.subject],
  evolve: (row, event) => ({ count: (row?.count ?? 0) + 1, title: String(event.data['title']) }),
};

export const itemEvent = (key: string, turn: number): NewEvent => ({
  id: randomUUID(),
  source: 'rig/bench',
  type: ITEM_CHANGED,
  dataschema: `rig:${ITEM_CHANGED}:1`,
  time: '2026-01-01T00:00:00.000Z',
  actor: { kind: 'service', id: 'bench' },
  data: itemData(key, turn),
});

/** An event with its place, as the log has it. */
export const itemEnvelope = (subject: string, version: number, position: number): CommittedEnvelope => ({
  ...itemEvent(subject, version),
  subject,
  version,
  position,
});

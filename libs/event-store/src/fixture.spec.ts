import { randomUUID } from 'node:crypto';
import type { CommittedEnvelope } from '@rig/contracts';
import type { AppendItem, EventStore, InlineProjection, NewEvent } from './event-store.js';

export interface TaskRow {
  readonly agent: string;
  readonly taken: number;
  readonly history: readonly number[];
  readonly note?: string | undefined;
}

/** One row a subject: who has it; gone when given back. */
export const tasks: InlineProjection<TaskRow> = {
  name: 'tasks',
  keysOf: ({ type, subject }) => (type.startsWith('TASK_') ? [subject] : []),
  evolve: (row, { type, data, position }) => {
    if (type === 'TASK_GIVEN_BACK') return undefined;
    return {
      agent: String(data['agent']),
      taken: (row?.taken ?? 0) + 1,
      history: [...(row?.history ?? []), position],
      note: row?.note,
    };
  },
};

export const newEvent = (type: string, data: CommittedEnvelope['data'] = {}, id: string = randomUUID()): NewEvent => ({
  id,
  source: 'rig/test',
  type,
  dataschema: `rig:${type}:1`,
  time: '2026-01-01T00:00:00.000Z',
  actor: { kind: 'service', id: 'test' },
  data,
});

export const taken = (agent: string, id?: string): NewEvent => newEvent('TASK_TAKEN', { agent }, id);
export const givenBack = (): NewEvent => newEvent('TASK_GIVEN_BACK');

export const issue = (number: number): string => `issue/acme/greeter/${number}`;

export const write = (subject: string, expectedVersion: number, ...events: readonly NewEvent[]): AppendItem => ({
  writes: [{ subject, expectedVersion, events }],
});

export const slots = (agent: string, limit: number): NonNullable<AppendItem['guards']> => [
  { name: 'slots', args: { agent, limit } },
];

export const note = (id: string): NonNullable<AppendItem['effects']> => [{ name: 'note', args: { id } }];

/** A store under test. */
export interface StoreUnderTest {
  readonly store: EventStore;
  /** How often effect `note` ran, by id. */
  notes(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

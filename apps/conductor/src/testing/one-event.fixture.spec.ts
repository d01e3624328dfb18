import { randomUUID } from 'node:crypto';
import { currentDataSchema, eventDefinitions } from '@rig/contracts';
import { createPostgresEventStore, type EventStore, type SqlPool } from '@rig/event-store';
import { silentLogger } from '@rig/kernel';
import { conductorProjections } from '../flows/projections.js';

/** The conductor's store as its service makes it. */
export const createTestStore = (pool: SqlPool): EventStore =>
  createPostgresEventStore({ pool, schema: 'conductor', projections: conductorProjections, logger: silentLogger });

/** Appends one issue to an empty log. */
export const appendOne = (store: EventStore): ReturnType<EventStore['append']> => {
  const data = eventDefinitions.find(({ type }) => type === 'ISSUE_OPENED')?.golden;
  const event = {
    id: randomUUID(),
    source: 'rig/conductor',
    time: '2026-03-02T09:30:00.000Z',
    type: 'ISSUE_OPENED',
    dataschema: currentDataSchema('ISSUE_OPENED'),
    actor: { kind: 'service' as const, id: 'test' },
    causationid: randomUUID(),
    correlationid: randomUUID(),
    data: { ...data, number: 1 },
  };
  return store.append({ writes: [{ subject: 'issue/acme/greeter/1', expectedVersion: 0, events: [event] }] });
};

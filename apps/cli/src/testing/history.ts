import { currentDataSchema, type EventDataOf, type EventType, type RigEvent } from '@rig/contracts';
import { derivedId } from '@rig/kernel';

/** Builds event histories for tests: dense positions, one second apart. */
export interface History {
  add<T extends EventType>(subject: string, type: T, data: EventDataOf<T>): History;
  readonly events: readonly RigEvent[];
}

export const history = (events: readonly RigEvent[] = []): History => ({
  events,
  add: (subject, type, data) => {
    const position = events.length + 1;
    const event = {
      id: derivedId('test', position),
      source: 'rig/conductor',
      subject,
      time: new Date(Date.UTC(2026, 2, 2, 9, 0, position)).toISOString(),
      actor: { kind: 'service', id: 'conductor' },
      dataschema: currentDataSchema(type),
      position,
      version: 1 + events.filter((earlier) => earlier.subject === subject).length,
      type,
      data,
    } as unknown as RigEvent;
    return history([...events, event]);
  },
});

export const SHA = '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8';
export const MERGED = 'a'.repeat(40);
export const TIME = '2026-03-02T09:30:00.000Z';
export const taskId = (n: number): string => derivedId('task', n);

const REPO = 'acme/greeter';

export const opened = (past: History, number: number): History =>
  past.add(`issue/${REPO}/${number}`, 'ISSUE_OPENED', {
    repo: REPO,
    number,
    title: `Add f${number}(x)`,
    body: '',
    labels: ['agent-ready'],
    author: 'ada',
    openedAt: TIME,
    updatedAt: TIME,
  });

export const assigned = (past: History, number: number, task: string, agent = 'dev-e-1'): History =>
  past.add(`issue/${REPO}/${number}`, 'ISSUE_ASSIGNED', {
    taskId: task,
    agent,
    delivery: 'stream',
    tier: 'T1',
    ordinal: 1,
  });

export const done = (past: History, number: number, pr: number, mergeCommit = MERGED): History =>
  past.add(`issue/${REPO}/${number}`, 'ISSUE_DONE', { pr, mergeCommit });

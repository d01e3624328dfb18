import { describe, expect, it } from '@jest/globals';
import { checkAccepted, type Accepted, type InboxRow, type Recorded } from './history.js';
import { checkExplained, checkReports, type LoggedEvent } from './invariants.js';

const row = (id: string, outcome: InboxRow['outcome'] = 'applied', more: Partial<InboxRow> = {}): InboxRow => ({
  id,
  kind: 'delivery',
  guid: `guid-${id}`,
  event: 'issues',
  outcome,
  reason: outcome === null ? null : 'APPLIED',
  ...more,
});

const sent = (id: string, status: number | null): Recorded => ({
  at: 0,
  op: 'sent',
  guid: `guid-${id}`,
  event: 'star',
  status,
  id: status === 202 ? id : null,
  ms: 3,
});

const check = (given: Partial<Accepted>): readonly string[] =>
  checkAccepted({ history: [], deliveries: [], inbox: [], dead: [], ...given });

describe('what was answered 202', () => {
  it('is in the inbox and settled; what was refused need not be', () => {
    expect(check({ history: [sent('a', 202), sent('b', 503), sent('c', null)], inbox: [row('a')] })).toEqual([]);
    expect(check({ history: [sent('a', 202)] })).toEqual([expect.stringContaining('is not in the inbox')]);
  });

  it('may be a repetition, found under the id that was answered', () => {
    const again: Recorded = { at: 1, op: 'sent', guid: 'other', event: 'star', status: 202, id: 'a', ms: 1 };
    expect(check({ history: [again], inbox: [row('a', 'ignored')] })).toEqual([]);
  });

  it('may lie in a dead list, with its reason', () => {
    const inbox = [row('a', null)];
    const dead = [{ list: 'rig:dead:inbox:conductor', reason: 'No answer in 5 tries', json: '{"inboxId":"a"}' }];
    expect(check({ inbox, dead })).toEqual([]);
    expect(check({ inbox, dead: dead.map((one) => ({ ...one, reason: '' })) })).toHaveLength(1);
    expect(check({ inbox })).toEqual([expect.stringContaining('neither settled nor dead-lettered')]);
  });

  it('is also what the forge has on record as taken', () => {
    const deliveries = [
      { guid: 'guid-a', status: 502 },
      { guid: 'guid-a', status: 202 },
      { guid: 'guid-b', status: 503 },
    ];
    expect(check({ deliveries })).toHaveLength(1);
    expect(check({ deliveries, inbox: [row('a')] })).toEqual([]);
  });
});

describe('a report', () => {
  const completed = (id: string, cause: string): LoggedEvent => ({
    position: 1,
    version: 1,
    subject: 'issue/acme/greeter/1',
    id,
    cause,
    type: 'WORK_COMPLETED',
    data: { taskId: 't', fence: 7 },
  });
  const fact = row('f', 'applied', { kind: 'fact', guid: null, event: 'WORK_COMPLETED' });

  it('that was taken has exactly one event', () => {
    expect(checkReports([completed('e', 'f')], [fact], [])).toEqual([]);
    expect(checkReports([], [fact], [])).toHaveLength(1);
    expect(checkReports([completed('e', 'f'), completed('g', 'f')], [fact], [])).toHaveLength(1);
  });

  it('that a worker saw stored has an event of its fence', () => {
    const ended = { taskId: 't', fence: 7, end: 'worked' };
    expect(checkReports([completed('e', 'f')], [], [ended, { ...ended, fence: 9, end: 'later' }])).toEqual([]);
    expect(checkReports([completed('e', 'f')], [], [{ ...ended, fence: 9 }])).toHaveLength(1);
  });
});

describe('an explanation', () => {
  const told = { number: 3, phase: 'assigned', where: [{}], waitsFor: [{}] };

  it('of what has not ended says what it waits for', () => {
    expect(checkExplained([told, { ...told, phase: 'done', waitsFor: [] }])).toEqual([]);
    expect(checkExplained([{ ...told, waitsFor: [] }])).toHaveLength(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { parseEvent, parseFact, type CommittedEnvelope } from '@rig/contracts';
import { deadMisfits, poisonOf } from './poison.js';

const last: CommittedEnvelope = {
  id: '0197f3a0-0000-8000-8000-000000000001',
  source: 'rig/conductor',
  subject: 'issue/acme/greeter/7',
  time: '2026-03-02T09:30:00.000Z',
  actor: { kind: 'person', id: 'ada' },
  type: 'ISSUE_PRIORITISED',
  dataschema: 'rig:ISSUE_PRIORITISED:1',
  data: { priority: 1 },
  position: 5,
  version: 2,
};
const poison = poisonOf(last, 'dev-e-1');

describe('poison', () => {
  it('is refused for the reason that it names', () => {
    expect(parseEvent(last).ok).toBe(true);
    for (const { stream, json, reason } of poison.filter(({ json }) => json.startsWith('{"id"'))) {
      const parsed = stream === 'rig:facts' ? parseFact(JSON.parse(json)) : parseEvent(JSON.parse(json));
      expect(parsed.ok ? 'OK' : parsed.refusal.code).toBe(reason === '' ? 'EVENT_TYPE_UNKNOWN' : reason);
    }
  });

  it('has to be in every dead list of its stream, and nothing else', () => {
    const dead = poison.flatMap(({ lists, reason }) => lists.map((list) => ({ list, reason: `${reason}: why` })));
    expect(deadMisfits(poison, dead)).toEqual([]);
    expect(deadMisfits(poison, dead.slice(2))).toEqual([
      'a wake-up that is no JSON is not in rig:dead:inbox:conductor with ENTRY_NOT_JSON',
      'a wake-up of 10 MB is not in rig:dead:inbox:conductor with WAKE_UP_INVALID',
    ]);
    expect(deadMisfits(poison, [...dead, { list: 'rig:dead:facts:conductor', reason: 'X' }])).toHaveLength(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { EVENTS_STREAM, parseEvent } from '@rig/contracts';
import { subscriptions } from '../subscriptions.js';
import { GateController } from './gate.controller.js';
import { OutboundController } from './outbound.controller.js';

const event = {
  id: '0197f3a0-0000-8000-8000-000000000001',
  source: 'rig/conductor',
  subject: 'pull/acme/greeter/8',
  time: '2026-03-02T09:30:00.000Z',
  actor: { kind: 'forge', id: 'checks' },
  type: 'CI_PASSED',
  dataschema: 'rig:CI_PASSED:1',
  data: { headSha: 'a'.repeat(40), check: 'test', runId: '1' },
  position: 7,
  version: 3,
};
const newerType = { ...event, type: 'MOON_LANDED', dataschema: 'rig:MOON_LANDED:1', data: {} };
const newerVersion = { ...event, dataschema: 'rig:CI_PASSED:2' };

const readers = subscriptions.filter(({ stream }) => stream === EVENTS_STREAM);

describe('during a rolling upgrade, an event that only a newer Rig knows', () => {
  it('is acknowledged and counted when its type is new', async () => {
    expect(readers.map(({ group }) => group)).toEqual(['conductor.gate', 'conductor.outbound']);
    for (const { parse } of readers) expect(parse(newerType)).toEqual({ ok: true, value: null });
    const never = async (): Promise<never> => Promise.reject(new Error('asked about an event that nobody knows'));
    const ignored = { verdict: 'ack', outcome: 'unknown-type' };
    expect(await new GateController({ evaluateMerge: never }).event(null)).toEqual(ignored);
    expect(await new OutboundController({ requestOutbound: never }).event(null)).toEqual(ignored);
  });

  it('goes to the dead list when its version is new: somebody has to act on it', () => {
    for (const { parse } of readers) {
      expect(parse(newerVersion)).toMatchObject({ ok: false, refusal: { code: 'EVENT_VERSION_UNKNOWN' } });
    }
  });

  it('is handed over when it is known after all', () => {
    expect(parseEvent(event).ok).toBe(true);
    for (const { parse } of readers) expect(parse(event)).toMatchObject({ ok: true, value: { type: 'CI_PASSED' } });
  });
});

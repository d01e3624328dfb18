import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineEvent, earlierVersion } from './define-event.js';
import { eventDefinitions } from './events/catalogue.js';
import { createEventReader } from './read-event.js';

/** An event that was renamed a field and given another, as a catalogue would define it in its third version. */
const landed = defineEvent({
  type: 'SHIP_LANDED',
  version: 3,
  subject: ['repo'],
  sentence: 'A ship has landed.',
  data: z.object({ pilot: z.string().min(1), crew: z.int().min(1) }),
  golden: { pilot: 'ada', crew: 2 },
  earlier: [
    earlierVersion({
      data: z.object({ who: z.string().min(1) }),
      golden: { who: 'ada' },
      upcast: ({ who }) => ({ pilot: who }),
    }),
    earlierVersion({
      data: z.object({ pilot: z.string().min(1) }),
      golden: { pilot: 'ada' },
      upcast: ({ pilot }) => ({ pilot, crew: 1 }),
    }),
  ],
  producer: 'conductor',
  consumers: [],
  audit: true,
});

const envelope = (version: number, data: unknown) => ({
  id: '0197f3a0-0000-8000-8000-000000000001',
  source: 'rig/conductor',
  subject: 'repo/acme/greeter',
  time: '2026-03-02T09:30:00.000Z',
  actor: { kind: 'person', id: 'ada' },
  type: 'SHIP_LANDED',
  dataschema: `rig:SHIP_LANDED:${version}`,
  data,
  position: 7,
  version: 3,
});
const read = createEventReader([landed]);
const codeOf = (input: unknown): string => {
  const result = read(input);
  return result.ok ? 'OK' : result.refusal.code;
};

describe('an event that was written by an earlier version of Rig', () => {
  it.each([
    [1, { who: 'ada' }, { pilot: 'ada', crew: 1 }],
    [2, { pilot: 'ada' }, { pilot: 'ada', crew: 1 }],
    [3, { pilot: 'ada', crew: 2 }, { pilot: 'ada', crew: 2 }],
  ])('reads as one of the newest (version %i)', (version, data, newest) => {
    expect(read(envelope(version, data))).toMatchObject({
      ok: true,
      value: { position: 7, dataschema: 'rig:SHIP_LANDED:3', data: newest },
    });
  });

  it('is held to the schema it was written by, and its upcast to the next one', () => {
    expect(codeOf(envelope(1, { pilot: 'ada' }))).toBe('EVENT_DATA_INVALID');
    const careless = earlierVersion({ data: z.object({}), golden: {}, upcast: () => ({ crew: 1 }) });
    const broken = createEventReader([{ ...landed, version: 2, earlier: [careless] }]);
    expect(broken(envelope(1, {}))).toMatchObject({ refusal: { code: 'EVENT_DATA_INVALID' } });
  });

  it('is told from one that only a later version can read', () => {
    expect(codeOf(envelope(4, { pilot: 'ada', crew: 2 }))).toBe('EVENT_VERSION_UNKNOWN');
  });
});

describe('every event of the catalogue', () => {
  it.each(eventDefinitions.map((definition) => [definition.type, definition] as const))(
    '%s can be read in each of its versions',
    (_type, definition) => {
      const { version, earlier = [] }: { version: number; earlier?: typeof landed.earlier } = definition;
      expect(earlier).toHaveLength(version - 1);
      const reader = createEventReader([definition]);
      const goldens = [...earlier.map(({ golden }) => golden), definition.golden];
      for (const [index, data] of goldens.entries()) {
        const written = {
          ...envelope(1, data),
          type: definition.type,
          dataschema: `rig:${definition.type}:${index + 1}`,
        };
        expect(reader(written)).toMatchObject({ ok: true });
      }
    },
  );
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crc32 } from './crc32.js';
import { frame, unframe } from './record.js';
import { split } from './split.js';

const records = fc.array(fc.json(), { minLength: 1, maxLength: 8 });
const written = (list: readonly string[]): Buffer => Buffer.concat(list.map(frame));

describe('the checksum', () => {
  it('is the CRC-32 that everybody else computes', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    expect(crc32(Buffer.alloc(0))).toBe(0);
  });
});

describe('a record', () => {
  it('comes back as it was written', () => {
    fc.assert(fc.property(fc.json(), (json) => expect(unframe(frame(json).subarray(1))).toBe(json)));
  });

  it('is one line of JSON', () => {
    const line = frame('{"a":"b\\nc"}').toString();
    expect(line.split('\n')).toHaveLength(2);
    expect(JSON.parse(line)).toMatchObject({ record: { a: 'b\nc' } });
  });

  it('that was changed anywhere is none', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.integer({ min: 1, max: 255 }), (json, at, change) => {
        const line = Buffer.from(frame(json).subarray(1));
        const place = at % line.length;
        line[place] = (line[place] ?? 0) ^ change;
        expect(unframe(line)).toBeUndefined();
      }),
    );
  });
});

describe('what a crash left of a segment', () => {
  it('loses the unfinished line and no other, wherever it was cut', () => {
    fc.assert(
      fc.property(records, fc.nat(), (list, at) => {
        const whole = written(list);
        const cut = whole.subarray(0, at % (whole.length + 1));
        const ends = list.map((_, index) => written(list.slice(0, index + 1)).length);
        const finished = list.filter((_, index) => (ends[index] ?? 0) <= cut.length);
        expect(split(cut, { max: 100, ended: true }).records).toEqual(finished);
        expect(split(cut, { max: 100, ended: false })).toMatchObject({ records: finished, damaged: 0 });
      }),
    );
  });

  it('does not harm what is written behind it', () => {
    fc.assert(
      fc.property(records, records, fc.nat(), (before, after, at) => {
        const whole = written(before);
        const cut = whole.subarray(0, at % (whole.length + 1));
        const kept = split(cut, { max: 100, ended: true });
        const all = split(Buffer.concat([cut, written(after)]), { max: 100, ended: false });
        expect(all.records).toEqual([...kept.records, ...after]);
        expect(all.damaged).toBe(kept.damaged);
      }),
    );
  });

  it('is passed over in any number of steps alike', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 3 }), (list, max) => {
        const bytes = written(list);
        const seen: string[] = [];
        for (let used = 0; used < bytes.length;) {
          const step = split(bytes.subarray(used), { max, ended: false });
          seen.push(...step.records);
          used += step.used;
        }
        expect(seen).toEqual(list);
      }),
    );
  });

  it('is passed over when it is no spool at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), records, (noise, list) => {
        const bytes = Buffer.concat([noise, written(list)]);
        expect(split(bytes, { max: 1_000, ended: true }).records).toEqual(list);
      }),
    );
  });
});

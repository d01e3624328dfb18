import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  backoff,
  canonicalJson,
  createLoop,
  derivedId,
  silentLogger,
  uuidv7,
  withDeadline,
  type Clock,
} from './index.js';

describe('ids', () => {
  it('of version 7 sort by time and say their version', () => {
    expect(uuidv7(1_700_000_000_000) < uuidv7(1_700_000_000_001)).toBe(true);
    expect(uuidv7(0)).toMatch(/^00000000-0000-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('derived from the same parts are the same, and from other parts others', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (a, b) => {
        expect(derivedId(...a) === derivedId(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order of keys', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
  });
});

describe('a deadline', () => {
  it('ends work that takes too long with a retryable error', async () => {
    const never = withDeadline('waiting', 5, () => new Promise(() => undefined));
    await expect(never).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', kind: 'retryable' });
  });

  it('ends work at once when its parent has ended already', async () => {
    const never = withDeadline('waiting', 10_000, () => new Promise(() => undefined), AbortSignal.abort());
    await expect(never).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('back-off', () => {
  it('never passes its bound', () => {
    expect([0, 1, 10, 10_000].map((n) => backoff(n, { baseMs: 10, maxMs: 1_000 }))).toEqual([10, 20, 1_000, 1_000]);
  });
});

describe('a loop', () => {
  const instant: Clock = { now: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) };

  it('goes on after a pass that throws, and stops when told', async () => {
    const outcomes: string[] = [];
    const loop = createLoop({
      name: 'test',
      once: async () => {
        if (outcomes.length === 0) throw new Error('the first pass fails');
        return 'idle';
      },
      everyMs: 1,
      clock: instant,
      logger: silentLogger,
      onOutcome: (_loop, outcome) => {
        outcomes.push(outcome);
        if (outcomes.length === 3) void loop.stop();
      },
    });
    await loop.start();
    await loop.start();
    await loop.stop();
    await loop.stop();
    expect(outcomes.slice(0, 1)).toEqual(['failed']);
  });
});

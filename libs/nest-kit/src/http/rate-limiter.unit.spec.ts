import { describe, expect, it } from '@jest/globals';
import { createRateLimiter } from './rate-limiter.js';

describe('a rate limiter', () => {
  it('lets a burst pass, then says how long to wait, and fills again with time', () => {
    const limiter = createRateLimiter({ perSecond: 10, burst: 3 });
    expect([1, 2, 3, 4].map(() => limiter.take('a', 0))).toEqual([0, 0, 0, 100]);
    expect(limiter.take('a', 99)).toBe(1);
    expect([limiter.take('a', 100), limiter.take('a', 100)]).toEqual([0, 100]);
    expect([1, 2, 3, 4].map(() => limiter.take('a', 60_000))).toEqual([0, 0, 0, 100]);
  });

  it('counts each caller for itself, and nobody when it is off', () => {
    const limiter = createRateLimiter({ perSecond: 1, burst: 1 });
    expect([limiter.take('a', 0), limiter.take('b', 0), limiter.take('a', 0)]).toEqual([0, 0, 1_000]);
    const off = createRateLimiter({ perSecond: 0, burst: 1 });
    expect([off.take('a', 0), off.take('a', 0), off.size]).toEqual([0, 0, 0]);
  });

  it('gives nothing for a clock that goes back', () => {
    const limiter = createRateLimiter({ perSecond: 1, burst: 1 });
    limiter.take('a', 10_000);
    expect(limiter.take('a', 0)).toBe(1_000);
    expect(limiter.take('a', 10_500)).toBe(500);
  });

  it('remembers only so many callers, those seen last', () => {
    const limiter = createRateLimiter({ perSecond: 1, burst: 1 }, 100);
    limiter.take('often', 0);
    for (let n = 0; n < 10_000; n++) {
      limiter.take(`guess-${n}`, 0);
      expect(limiter.take('often', 0)).toBeGreaterThan(0);
    }
    expect(limiter.size).toBe(100);
  });
});

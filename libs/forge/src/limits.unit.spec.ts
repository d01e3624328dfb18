import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { withoutSecrets } from './errors.js';
import { createEtagCache } from './etag-cache.js';
import { createKeep } from './keep.js';
import { createLimiter } from './limiter.js';
import { forgeUrls } from './options.js';
import { createRateBudgets } from './rate-budget.js';

const clockAt = (start: number) => {
  const clock = {
    time: start,
    slept: [] as number[],
    now: () => clock.time,
    sleep: async (ms: number) => {
      clock.slept.push(ms);
      clock.time += ms;
    },
  };
  return clock;
};

const headers = (remaining: number, resetMs: number) => ({
  'x-ratelimit-limit': '5000',
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String(resetMs / 1000),
});

describe('the rate budget', () => {
  it('shows the tightest budget and keeps the smallest number of a window', () => {
    const budgets = createRateBudgets(clockAt(0), 1_000);
    expect(budgets.tightest()).toBeUndefined();
    budgets.observe('a', 'core', headers(4_000, 60_000));
    budgets.observe('a', 'core', headers(4_001, 61_000));
    budgets.observe('a', 'core', headers(1, 30_000));
    budgets.observe('a', 'graphql', headers(4_900, 60_000));
    expect(budgets.tightest()).toEqual({ limit: 5_000, remaining: 4_000, resetAt: '1970-01-01T00:01:01.000Z' });
  });

  it('waits for a near reset', async () => {
    const clock = clockAt(0);
    const budgets = createRateBudgets(clock, 10_000);
    budgets.observe('a', 'core', headers(0, 7_000));
    await budgets.admit('b', 'core');
    await budgets.admit('a', 'graphql');
    expect(clock.slept).toEqual([]);
    await budgets.admit('a', 'core');
    expect(clock.slept).toEqual([7_000]);
    await budgets.admit('a', 'core');
    expect(clock.slept).toEqual([7_000]);
  });

  it('gives up at once on a far reset and says when to come back', async () => {
    const clock = clockAt(0);
    const budgets = createRateBudgets(clock, 10_000);
    budgets.observe('a', 'core', headers(0, 60_000));
    await expect(budgets.admit('a', 'core')).rejects.toMatchObject({
      code: 'FORGE_RATE_LIMITED',
      kind: 'retryable',
      details: { resetAt: '1970-01-01T00:01:00.000Z' },
    });
    expect(clock.slept).toEqual([]);
  });

  it('believes the reset that a refusal names, whatever earlier answers said', async () => {
    const clock = clockAt(0);
    const budgets = createRateBudgets(clock, 10_000);
    budgets.observe('a', 'core', headers(4_000, 3_600_000));
    budgets.refused('a', 'core', headers(0, 8_000));
    await budgets.admit('a', 'core');
    expect(clock.slept).toEqual([8_000]);
  });

  it('holds back as long as a refusal says, and a minute when it says nothing', async () => {
    const clock = clockAt(0);
    const budgets = createRateBudgets(clock, 10_000);
    budgets.refused('a', 'core', { 'retry-after': '3' });
    await budgets.admit('a', 'core');
    expect(clock.slept).toEqual([3_000]);
    budgets.refused('a', 'core', {});
    await expect(budgets.admit('a', 'core')).rejects.toMatchObject({
      details: { resetAt: '1970-01-01T00:01:03.000Z' },
    });
  });
});

describe('bounds', () => {
  const schema = z.string();
  const answer = (value: string) => ({ value, next: undefined });

  it('keep the answers used last', () => {
    const cache = createEtagCache(2);
    cache.put('a', schema, 'e1', answer('1'));
    cache.put('b', schema, 'e2', answer('2'));
    cache.get('a', schema);
    cache.put('c', schema, 'e3', answer('3'));
    expect(cache.size).toBe(2);
    expect(cache.get('b', schema)).toBeUndefined();
    expect(cache.get('a', schema)?.answer.value).toBe('1');
    expect(cache.get('a', z.string())).toBeUndefined();
  });

  it('let so many calls run, so many wait, and refuse the next', async () => {
    const limited = createLimiter(1, 1);
    let open = (): void => undefined;
    const first = limited(() => new Promise<string>((resolve) => (open = () => resolve('first'))));
    const second = limited(async () => 'second');
    await expect(limited(async () => 'third')).rejects.toMatchObject({ code: 'FORGE_BUSY', kind: 'retryable' });
    open();
    expect(await Promise.all([first, second])).toEqual(['first', 'second']);
    expect(await limited(async () => 'fourth')).toBe('fourth');
  });

  it('ask once however many wait, and again after a failure', async () => {
    const keep = createKeep<number>((value) => value > 0);
    let asked = 0;
    const ask = async (): Promise<number> => {
      asked += 1;
      if (asked === 1) throw new Error('down');
      return asked;
    };
    await expect(Promise.all([keep.get('k', ask), keep.get('k', ask)])).rejects.toThrow('down');
    expect(await Promise.all([keep.get('k', ask), keep.get('k', ask)])).toEqual([2, 2]);
    keep.forget('k');
    expect(await keep.get('k', ask)).toBe(3);
  });
});

describe('addresses', () => {
  it.each([
    [undefined, 'https://api.github.com', 'https://api.github.com/graphql'],
    ['http://127.0.0.1:4000/', 'http://127.0.0.1:4000', 'http://127.0.0.1:4000/graphql'],
    ['https://ghe.test/api/v3', 'https://ghe.test/api/v3', 'https://ghe.test/api/graphql'],
  ])('of %s', (given, apiUrl, graphqlUrl) => {
    expect(forgeUrls(given)).toEqual({ apiUrl, graphqlUrl });
  });

  it.each(['nonsense', 'ftp://x', 'https://user:pw@x', 'https://x?y=1'])('refuse %s', (given) => {
    expect(() => forgeUrls(given)).toThrow(expect.objectContaining({ code: 'FORGE_URL_INVALID' }));
  });
});

describe('messages', () => {
  it.each([
    'ghs_16C7e42F292c6912E7710c838347Ae178B4a',
    'github_pat_11ABCDEFG_abcdefghij',
    'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl',
    'Bearer abcdefghijkl',
    'https://x-access-token:abcdef@host/r.git',
  ])('never show %s', (secret) => {
    const clean = withoutSecrets(`before ${secret} after`);
    expect(clean).toContain('[secret]');
    expect(clean).not.toContain(secret);
    expect(clean).toMatch(/^before .* ?after$|^before .*after$/);
  });
});

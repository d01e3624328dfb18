import { describe, expect, it } from '@jest/globals';
import { figureOf, type Measured } from './figure.js';
import { median, percentile } from './stats.js';
import { line, number, replaceSection } from './text.js';

const measured: Measured = {
  name: '32 writers',
  unit: 'events/s',
  values: [900, 1_100, 1_000],
  versus: { name: 'a peer', values: [100, 200, 300] },
  aim: { is: '≥', bound: 5 },
  how: 'By hand.',
  durability: 'none',
};

describe('a figure', () => {
  it('is the median of its rounds, beside the median of the other side', () => {
    expect(figureOf('append', measured)).toMatchObject({
      bench: 'append',
      name: '32 writers',
      value: 1_000,
      low: 900,
      high: 1_100,
      versus: 'a peer',
      versusValue: 200,
      ratio: 5,
      aim: '≥ 5×',
      met: true,
      rounds: 3,
    });
  });

  it('shows how far the ratio of neighbouring rounds spreads', () => {
    expect(figureOf('append', measured)).toMatchObject({ ratioLow: 1_000 / 300, ratioHigh: 9 });
  });

  it('misses an upper bound when it is above it, and judges the value itself where that is asked', () => {
    expect(figureOf('append', { ...measured, aim: { is: '≤', bound: 4.9 } }).met).toBe(false);
    expect(figureOf('start', { ...measured, aim: { is: '≤', bound: 1_000, of: 'value' } })).toMatchObject({
      aim: '≤ 1000 events/s',
      met: true,
    });
  });

  it('without a peer has no ratio, and without an aim no verdict', () => {
    const { versus: _versus, aim: _aim, ...alone } = measured;
    expect(figureOf('append', alone)).toMatchObject({ versus: null, ratio: null, aim: null, met: null });
  });

  it('is one line for people', () => {
    expect(line(figureOf('append', measured))).toBe(
      'append: 32 writers · 1,000 events/s (900–1,100) · a peer: 200 · 5× (3.33–9) · aim ≥ 5× met',
    );
  });
});

describe('statistics', () => {
  it('takes the middle of an even number of values between the two middle ones', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('takes percentiles by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([percentile(values, 0.5), percentile(values, 0.99), percentile([7], 0.99)]).toEqual([50, 99, 7]);
  });

  it.each([
    [12_345, '12,300'],
    [45.64, '45.6'],
    [0.078_94, '0.0789'],
    [0, '0'],
    [null, '–'],
  ])('writes %p as %s', (value, text) => {
    expect(number(value)).toBe(text);
  });
});

describe('the page', () => {
  it('gets a new section at its end, and in the place of the old one the next time', () => {
    const once = replaceSection('# Benchmarks\n', 'bus', 'first');
    expect(once).toBe('# Benchmarks\n\n<!-- bench:bus -->\n\nfirst\n\n<!-- /bench:bus -->\n');
    expect(replaceSection(`${once}\nafter\n`, 'bus', 'second')).toBe(
      '# Benchmarks\n\n<!-- bench:bus -->\n\nsecond\n\n<!-- /bench:bus -->\n\nafter\n',
    );
  });
});

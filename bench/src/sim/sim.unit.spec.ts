import { describe, expect, it } from '@jest/globals';
import { Agenda } from './agenda.js';
import { Histogram } from './histogram.js';
import { parseOptions, UsageError } from './options.js';
import { createRandom } from './random.js';
import { duration, picture, report } from './report.js';
import { simulate, type SimResult } from './simulate.js';

const run = (...args: readonly string[]): SimResult => simulate(parseOptions(args));
const small = (...more: readonly string[]): SimResult =>
  run('--agents', '20', '--issues-per-day', '400', '--hours', '6', ...more);

describe('a simulation', () => {
  it('gives the same for the same seed, and something else for another', () => {
    const [first, again, other] = [small(), small(), small('--seed', '2')].map(({ tookSeconds: _, ...rest }) => rest);
    expect(again).toEqual(first);
    expect(other?.waiting).not.toEqual(first?.waiting);
  });

  it('with agents to spare lets nothing wait but for the hops and the back-off', () => {
    const { waiting, issues, utilisation, backlog } = small();
    expect(waiting.p50).toBeLessThan(0.1);
    expect(utilisation.authors).toBeLessThan(0.8);
    expect(issues.merged).toBeGreaterThan(0.7 * issues.filed);
    expect(Math.max(...backlog.map(({ ready }) => ready))).toBeLessThan(10);
  });

  it('with too much to do keeps every author busy, and the backlog grows steadily', () => {
    const { utilisation, backlog, waiting } = small('--issues-per-day', '4000');
    expect(utilisation.authors).toBeGreaterThan(0.9);
    expect(waiting.p95).toBeGreaterThan(600);
    const [half, whole] = [backlog[29]?.ready ?? 0, backlog[59]?.ready ?? 0];
    expect(half).toBeGreaterThan(100);
    expect(whole / half).toBeGreaterThan(1.5);
    expect(whole / half).toBeLessThan(2.5);
  });

  it('never has more tasks held than there are agents', () => {
    expect(Math.max(...small('--issues-per-day', '4000').backlog.map(({ held }) => held))).toBeLessThanOrEqual(20);
  });

  it('shows when the log is what is full', () => {
    const { utilisation, backlog } = small('--appends-per-second', '1', '--issues-per-day', '20000', '--hours', '2');
    expect(utilisation.log).toBeGreaterThan(0.99);
    expect(utilisation.authors).toBeLessThanOrEqual(1);
    expect(backlog.at(-1)?.logDelay).toBeGreaterThan(60);
  });

  it('is told to people with its assumptions and a picture', () => {
    const text = report(small('--hours', '1'));
    expect(text).toContain('20 agents (15 authors, 5 reviewers), 400 issues a day, 1 h, seed 1');
    expect(text).toMatch(/for an author +0\.0\d s/);
    expect(text).toContain('Issues that wait for an author');
    expect(text).toContain('an implement task: median 12 min, log-normal, sigma 0.8 (assumed)');
  });
});

describe('the command line', () => {
  const base = ['--agents', '10', '--issues-per-day', '100', '--hours', '1'];

  it.each([
    [['--issues-per-day', '1', '--hours', '1'], '--agents is missing: a whole number from 2 to 100,000'],
    [[...base, '--agents', '1'], '--agents: "1" is not a whole number from 2 to 100,000'],
    [[...base, '--agents', '2.5'], '--agents: "2.5" is not a whole number from 2 to 100,000'],
    [[...base, '--hours', 'ten'], '--hours: "ten" is not a number from 0.1 to 720'],
    [[...base, '--hours', ''], '--hours: "" is not a number from 0.1 to 720'],
    [[...base, '--seed=-1'], '--seed: "-1" is not a whole number from 0 to 4,294,967,295'],
    [[...base, '--reviewers', '1'], '--reviewers: "1" is not a number from 0.01 to 0.99'],
    [
      [...base, '--issues-per-day', '9000000', '--hours', '100'],
      '--issues-per-day × --hours come to 37,500,000 issues; 5,000,000 are the most',
    ],
  ])('%j is refused by the name of the option', (args, message) => {
    expect(() => parseOptions(args)).toThrow(new UsageError(message));
  });

  it('an option that is not known is refused by its name', () => {
    expect(() => parseOptions([...base, '--speed', '3'])).toThrow(/--speed/);
  });

  it('leaves an author and a reviewer whatever the share', () => {
    expect(parseOptions([...base, '--agents', '2', '--reviewers', '0.01']).reviewers).toBe(1);
    expect(parseOptions([...base, '--agents', '2', '--reviewers', '0.99']).reviewers).toBe(1);
  });
});

describe('the parts of a simulation', () => {
  it('an agenda does what is due in the order of time, then of entry', () => {
    const agenda = new Agenda();
    const done: string[] = [];
    const random = createRandom(1);
    for (let n = 0; n < 500; n++) {
      const at = Math.floor(random.next() * 50);
      agenda.enter(at, () => done.push(`${String(at).padStart(2, '0')}/${String(n).padStart(3, '0')}`));
    }
    agenda.run(100);
    expect(done).toEqual([...done].sort());
    expect([done.length, agenda.now]).toEqual([500, 100]);
  });

  it('a histogram is right to one hundredth', () => {
    const histogram = new Histogram();
    for (let value = 1; value <= 10_000; value++) histogram.add(value);
    expect(histogram.percentile(0.5) / 5_000).toBeCloseTo(1, 1.9);
    expect(histogram.percentile(0.99) / 9_900).toBeCloseTo(1, 1.9);
    expect(new Histogram().percentiles()).toEqual({ count: 0, p50: 0, p95: 0, p99: 0 });
  });

  it('times spread as asked: half below the median, and a mean', () => {
    const random = createRandom(7);
    const times = Array.from({ length: 20_000 }, () => random.logNormal(10, 0.5)).sort((a, b) => a - b);
    expect(times[10_000]).toBeCloseTo(10, 0);
    const gaps = Array.from({ length: 20_000 }, () => random.exponential(3));
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(3, 0);
  });

  it.each([
    [0.04, '0.04 s'],
    [45, '45 s'],
    [600, '10.0 min'],
    [9_000, '2.5 h'],
  ])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  it('a picture of nothing is empty, and the greatest value is at its top', () => {
    expect(picture('none', [0, 0, 0], '0 h', '1 h').join('\n')).not.toContain('#');
    expect(picture('some', [0, 4, 8], '0 h', '1 h').slice(1, 3)).toEqual(['        8 |  #', '          |  #']);
  });
});

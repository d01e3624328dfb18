import { assumptions } from './assumptions.js';
import type { Percentiles } from './histogram.js';
import type { Sample, SimResult } from './simulate.js';

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** Seconds as people say them: 0.05 s, 12 s, 3.4 min, 2.1 h. */
export const duration = (seconds: number): string => {
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7_200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3_600).toFixed(1)} h`;
};

const HEIGHT = 8;

/** Columns of one value each, the greatest as high as the picture. */
export const picture = (title: string, values: readonly number[], from: string, to: string): readonly string[] => {
  const top = Math.max(...values, 0);
  const label = (value: number): string => whole(value).padStart(9);
  const rows = Array.from({ length: HEIGHT }, (_, index) => {
    const level = HEIGHT - index;
    const row = values.map((value) => (top > 0 && Math.ceil((value / top) * HEIGHT) >= level ? '#' : ' ')).join('');
    return `${level === HEIGHT ? label(top) : ' '.repeat(9)} |${row}`.trimEnd();
  });
  const axis = `${from}${to.padStart(values.length - from.length)}`;
  return [title, ...rows, `${label(0)} +${'-'.repeat(values.length)}`, `${' '.repeat(11)}${axis}`];
};

const line = (name: string, { count, p50, p95, p99 }: Percentiles): string =>
  [name.padEnd(26), ...[p50, p95, p99].map((value) => duration(value).padStart(10)), whole(count).padStart(12)].join(
    '',
  );

const pictures = (samples: readonly Sample[]): readonly string[] => {
  const to = `${samples.at(-1)?.hour ?? 0} h`;
  const delays = samples.map(({ logDelay }) => logDelay);
  return [
    ...picture(
      'Issues that wait for an author',
      samples.map(({ ready }) => ready),
      '0 h',
      to,
    ),
    // Seconds: nothing to see before the log is full.
    ...(Math.max(...delays) < 1 ? [] : ['', ...picture('Seconds that an event waits for the log', delays, '0 h', to)]),
  ];
};

/** The result for people. */
export const report = (result: SimResult): string => {
  const { options, issues, utilisation } = result;
  const { agents, reviewers, issuesPerDay, hours, seed, appendsPerSecond } = options;
  const events = result.events / Math.max(1, hours * 3_600);
  return [
    `${whole(agents)} agents (${whole(agents - reviewers)} authors, ${whole(reviewers)} reviewers), ` +
      `${whole(issuesPerDay)} issues a day, ${hours} h, seed ${seed}`,
    '',
    `${'waiting'.padEnd(26)}${['p50', 'p95', 'p99'].map((name) => name.padStart(10)).join('')}${'count'.padStart(12)}`,
    line('for an author', result.waiting),
    line('for a reviewer', result.reviewWaiting),
    line('for a fix', result.fixWaiting),
    line('from filing to merge', result.toMerge),
    '',
    `busy: authors ${percent(utilisation.authors)}, reviewers ${percent(utilisation.reviewers)}, ` +
      `log ${percent(utilisation.log)} of ${whole(appendsPerSecond)} events/s`,
    `issues: ${whole(issues.filed)} filed, ${whole(issues.merged)} merged, ${whole(issues.blocked)} blocked; ` +
      `${whole(result.events)} events, ${events.toFixed(1)} a second`,
    '',
    ...pictures(result.backlog),
    '',
    'Assumed and measured:',
    ...assumptions(appendsPerSecond).map(({ what, value, source }) => `  ${what}: ${value} (${source})`),
    '',
    `${whole(result.passes)} passes of the dispatcher; ${result.tookSeconds.toFixed(1)} s of real time`,
    '',
  ].join('\n');
};

import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where a metric is made: `kit.counter({ name: 'rig_…' … })`, `new Gauge({…})`, or a helper `gauge('rig_…', 'help', […])`. */
const MADE =
  /(?<type>counter|gauge|seconds|Counter|Gauge|Histogram)\((?:\{[^{}]*?name: )?\s*'(?<name>(?:rig|dev_forge)_[a-z0-9_]+)'(?<rest>[^;]{0,400})/g;
/** Where the next one begins, in a list of them. */
const NEXT = /(counter|gauge|seconds|Counter|Gauge|Histogram)\(/;
const HELP = /(?:help: |^,\s*)(?<quote>['"])(?<text>.*?)\k<quote>/s;
const LABELS = /(?:labels|labelNames): \[(?<named>[^\]]*)\]|,\s*\[(?<listed>[^\]]*)\]/;
const SHORTHAND = /[{,]\s*labels\s*[,}]/;

const TYPES: Readonly<Record<string, string>> = { seconds: 'histogram', histogram: 'histogram' };

const namesIn = (list: string): string[] => [...list.matchAll(/'([a-z_]+)'/g)].map(([, name = '']) => name);

/** Labels stand in the call, or in a constant of that name above it. */
const labelsOf = (rest: string, before: string): string[] => {
  const found = LABELS.exec(rest)?.groups;
  if (found !== undefined) return namesIn(found['named'] ?? found['listed'] ?? '');
  if (!SHORTHAND.test(`,${rest}`)) return [];
  return namesIn([...before.matchAll(/const labels = \[([^\]]*)\]/g)].at(-1)?.[1] ?? '');
};

const ownerOf = (file: string): string => (file.startsWith('apps/') ? (file.split('/')[1] ?? '') : 'every service');

/** docs/metrics.md: every metric of ours, from the calls that make them. Dashboards and alerts are checked against it. */
export const metricsPage = async (): Promise<string> => {
  const rows = new Map<string, string>();
  for await (const file of glob('{apps,libs}/*/src/**/*.ts', { cwd: root })) {
    if (/\.spec\.ts$|\/testing\//.test(file)) continue;
    const text = await readFile(`${root}${file}`, 'utf8');
    for (const match of text.matchAll(MADE)) {
      const { type = '', name = '', rest: after = '' } = match.groups ?? {};
      const rest = after.split(NEXT)[0] ?? '';
      const kind = TYPES[type.toLowerCase()] ?? type.toLowerCase();
      const labels = labelsOf(rest, text.slice(0, match.index)).map((label) => `\`${label}\``);
      const help = HELP.exec(rest)?.groups?.['text']?.replace(/\.$/, '') ?? '';
      rows.set(name, `| \`${name}\` | ${kind} | ${labels.join(', ')} | ${ownerOf(file)} | ${help} |`);
    }
  }
  return [
    '# Metrics',
    '',
    'Generated from the calls that make them. Each service serves them at `/metrics` with a label `service`, together with',
    "the usual `process_…` and `nodejs_…` of the process. A histogram's series end in `_bucket`, `_sum` and `_count`.",
    '',
    '| metric | kind | labels | made by | what |',
    '|---|---|---|---|---|',
    ...[...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row),
    '',
  ].join('\n');
};

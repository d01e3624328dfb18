/** A metric as docs/metrics.md lists it. */
export interface Metric {
  readonly kind: string;
  readonly labels: readonly string[];
}

const ROW = /^\| `(?<name>[a-z][a-z0-9_]*)`\s*\| (?<kind>[a-z]+)\s*\|(?<labels>[^|]*)\|/;

/** Every metric of Rig by name; a histogram under each of its three series. */
export const parseMetricsPage = (page: string): ReadonlyMap<string, Metric> => {
  const metrics = new Map<string, Metric>();
  for (const line of page.split('\n')) {
    const groups = ROW.exec(line)?.groups;
    if (groups === undefined) continue;
    const { name = '', kind = '', labels = '' } = groups;
    const metric = { kind, labels: [...labels.matchAll(/`([a-z_]+)`/g)].map(([, label = '']) => label) };
    const series = kind === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    for (const suffix of series) metrics.set(`${name}${suffix}`, metric);
  }
  return metrics;
};

/** Series that every process or Prometheus itself has. */
const COMMON = /^(process|nodejs)_[a-z0-9_]+$|^up$/;
/** Labels that Prometheus or the service's registry adds to every series. */
const ADDED = new Set(['service', 'instance', 'job', 'pod', 'namespace', 'le']);
const WORDS = new Set([
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'and',
  'or',
  'unless',
  'bool',
  'offset',
]);

interface Asked {
  readonly metrics: readonly string[];
  readonly labels: readonly string[];
}

/** The metrics and labels that an expression names. Not a parser of PromQL: enough to find what nobody exports. */
const askedBy = (expr: string): Asked => {
  const labels: string[] = [];
  const bare = expr
    .replaceAll(/"[^"]*"/g, '""')
    .replaceAll(/\{([^}]*)\}/g, (_, matchers: string) => {
      labels.push(...[...matchers.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label));
      return '';
    })
    .replaceAll(/\b(by|without|on|ignoring)\s*\(([^)]*)\)/g, (_, _word: string, list: string) => {
      labels.push(...list.split(',').map((label) => label.trim()));
      return '';
    })
    .replaceAll(/\[[^\]]*\]/g, '');
  const names = [...bare.matchAll(/[a-zA-Z_][a-zA-Z0-9_:]*(?!\s*\()(?![a-zA-Z0-9_:])/g)].map(([name]) => name);
  return { labels, metrics: names.filter((name) => !WORDS.has(name)) };
};

/** What is wrong with an expression: a metric that nobody exports, or a label that none of its metrics has. */
export const exprProblems = (expr: string, known: ReadonlyMap<string, Metric>): readonly string[] => {
  const asked = askedBy(expr);
  const unknown = asked.metrics.filter((name) => !known.has(name) && !COMMON.test(name));
  const own = asked.metrics.flatMap((name) => known.get(name)?.labels ?? []);
  const strange = asked.labels.filter((label) => label !== '' && !ADDED.has(label) && !own.includes(label));
  return [
    ...(asked.metrics.length === 0 ? [`"${expr}" asks for no metric`] : []),
    ...unknown.map((name) => `nobody exports ${name}`),
    ...strange.map((label) => `no metric in "${expr}" has the label ${label}`),
  ];
};

import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@rig/embedded';
import { parse } from 'yaml';
import { z } from 'zod';
import { allOf, found, type CheckOutcome } from '../../../core/deploy/check-report.js';
import { exprProblems, parseMetricsPage } from '../../../core/deploy/promql.js';
import type { Tool } from '../tools/tool.js';

const RULES = 'deploy/prometheus/rules.yaml';

const Rules = z.looseObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z.string().optional(),
          labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook: z.string() }),
        }),
      ),
    }),
  ),
});

const RuleTests = z.looseObject({
  tests: z.array(
    z.looseObject({
      alert_rule_test: z
        .array(z.looseObject({ alertname: z.string(), exp_alerts: z.array(z.unknown()).default([]) }))
        .default([]),
    }),
  ),
});

const Board = z.looseObject({
  title: z.string(),
  panels: z.array(
    z.looseObject({
      title: z.string(),
      type: z.string(),
      targets: z.array(z.looseObject({ expr: z.string() })).default([]),
    }),
  ),
});

const read = (root: string, path: string): Promise<string> => readFile(join(root, path), 'utf8');
const knownMetrics = async (root: string) => parseMetricsPage(await read(root, 'docs/metrics.md'));

/** How a heading becomes the anchor that links to it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

/** Alerts that no test sees firing, or that no test sees silent: promtool itself asks for neither. */
const untested = (alerts: readonly string[], text: string): readonly string[] => {
  const cases = RuleTests.parse(parse(text)).tests.flatMap((test) => test.alert_rule_test);
  const seen = (alert: string, fires: boolean): boolean =>
    cases.some(({ alertname, exp_alerts }) => alertname === alert && exp_alerts.length > 0 === fires);
  return alerts.flatMap((alert) => [
    ...(seen(alert, true) ? [] : [`${alert}: no test sees it fire`]),
    ...(seen(alert, false) ? [] : [`${alert}: no test sees it silent`]),
  ]);
};

/** Alerts ask for metrics that there are, each has a written runbook and its tests, and the chart carries the same. */
export const checkAlerts = async (root: string): Promise<CheckOutcome> => {
  const text = await read(root, RULES);
  const known = await knownMetrics(root);
  const headings = [...(await read(root, 'docs/operations.md')).matchAll(/^#+ (.*)$/gm)].map(([, line = '']) => line);
  const anchors = new Set(headings.map((heading) => `docs/operations.md#${anchorOf(heading)}`));
  const rules = Rules.parse(parse(text)).groups.flatMap((group) => group.rules);
  const findings = rules.flatMap(({ alert, expr, annotations: { runbook } }) =>
    [...exprProblems(expr, known), ...(anchors.has(runbook) ? [] : [`there is no ${runbook}`])].map(
      (problem) => `${alert}: ${problem}`,
    ),
  );
  const tests = await read(root, 'deploy/prometheus/tests/rules.test.yaml');
  findings.push(
    ...untested(
      rules.map(({ alert }) => alert),
      tests,
    ),
  );
  const copy = await read(root, 'charts/rig/files/rules.yaml');
  if (copy !== text) findings.push(`charts/rig/files/rules.yaml differs from ${RULES}: copy it there`);
  return found(rules.length, findings);
};

/** No panel asks for a metric that nobody exports. */
export const checkDashboards = async (root: string): Promise<CheckOutcome> => {
  const known = await knownMetrics(root);
  const outcomes: CheckOutcome[] = [];
  for await (const name of glob('deploy/grafana/dashboards/*.json', { cwd: root })) {
    const board = Board.parse(JSON.parse(await read(root, name)));
    for (const { title, type, targets } of board.panels.filter((panel) => panel.type !== 'row')) {
      const problems = targets.flatMap(({ expr }) => exprProblems(expr, known));
      if (targets.length === 0) problems.push(`a ${type} without a query`);
      outcomes.push(
        found(
          problems.length === 0 ? 1 : 0,
          problems.map((problem) => `${board.title}, ${title}: ${problem}`),
        ),
      );
    }
  }
  const command = [join(root, 'tools/dashboards/generate.ts'), '--check'];
  const { code, stderr } = await runCommand(process.execPath, command, { cwd: root });
  return allOf([...outcomes, found(code === 0 ? 1 : 0, code === 0 ? [] : [stderr.trim()])]);
};

const runAll = async (tool: Tool, runs: readonly (readonly string[])[], cwd: string): Promise<CheckOutcome> => {
  const outcomes = await Promise.all(
    runs.map(async (args) => {
      const { code, stdout, stderr } = await runCommand(tool.file, args, { env: tool.env, cwd });
      return code === 0 ? found(1, []) : found(0, [`${args.join(' ')}: ${`${stdout}${stderr}`.trim()}`]);
    }),
  );
  return allOf(outcomes);
};

/** Prometheus' own tool: rules, their tests, and the configuration that Compose uses. */
export const runPromtool = (root: string, tool: Tool): Promise<CheckOutcome> =>
  runAll(
    tool,
    [
      ['check', 'rules', 'rules.yaml'],
      ['test', 'rules', 'tests/rules.test.yaml'],
      // Its rule files stand where the container has them.
      ['check', 'config', '--syntax-only', 'prometheus.yaml'],
    ],
    join(root, 'deploy/prometheus'),
  );

const RECEIVERS = ['page', 'ticket'] as const;

/** Alertmanager's own tool: its configuration, and that each severity reaches its receiver. */
export const runAmtool = (root: string, tool: Tool): Promise<CheckOutcome> =>
  runAll(
    tool,
    [
      ['check-config', 'alertmanager.yaml'],
      ...RECEIVERS.map((name) => [
        'config',
        'routes',
        'test',
        '--config.file=alertmanager.yaml',
        `--verify.receivers=${name}`,
        `severity=${name}`,
      ]),
    ],
    join(root, 'deploy/prometheus'),
  );

const Named = z.record(z.string(), z.unknown());
const Collector = z.strictObject({
  receivers: Named,
  processors: Named,
  exporters: Named,
  extensions: Named,
  service: z.strictObject({
    extensions: z.array(z.string()),
    telemetry: z.unknown(),
    pipelines: z.record(
      z.string(),
      z.strictObject({
        receivers: z.array(z.string()),
        processors: z.array(z.string()),
        exporters: z.array(z.string()),
      }),
    ),
  }),
});

/** The Collector has no checker outside of itself: what its pipelines name is there, and everything that is there is used. */
export const checkCollector = async (root: string): Promise<CheckOutcome> => {
  const { service, ...parts } = Collector.parse(parse(await read(root, 'deploy/otel/collector.yaml')));
  const pipelines = Object.values(service.pipelines);
  const used = {
    receivers: pipelines.flatMap(({ receivers }) => receivers),
    processors: pipelines.flatMap(({ processors }) => processors),
    exporters: pipelines.flatMap(({ exporters }) => exporters),
    extensions: service.extensions,
  };
  const findings = (Object.keys(used) as (keyof typeof used)[]).flatMap((kind) => [
    ...used[kind].filter((name) => !(name in parts[kind])).map((name) => `${kind}: ${name} is used and not there`),
    ...Object.keys(parts[kind])
      .filter((name) => !used[kind].includes(name))
      .map((name) => `${kind}: ${name} is not used`),
  ]);
  return found(pipelines.length, findings);
};

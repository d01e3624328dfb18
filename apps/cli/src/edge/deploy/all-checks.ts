import { join } from 'node:path';
import type { CheckOutcome } from '../../core/deploy/check-report.js';
import type { Manifest } from '../../core/deploy/manifest.js';
import { warmAgent } from '../../core/deploy/values-matrix.js';
import type { DeployCheck } from '../../flows/deploy/run-checks.js';
import { openChart, type Chart } from './chart.js';
import { checkPolicy, checkSchemas, lintChart, refuseMistakes, renderMatrix } from './checks/chart-checks.js';
import { checkCompose } from './checks/compose-checks.js';
import { checkConfig, checkDocumentedValues } from './checks/config-checks.js';
import { checkFluxFiles, checkFluxSchemas, checkRelease } from './checks/flux-checks.js';
import { checkDockerfile } from './checks/image-checks.js';
import { compareWithChart, rehearseAll } from './checks/keda-checks.js';
import { checkLayers } from './checks/layer-checks.js';
import { checkAlerts, checkCollector, checkDashboards, runAmtool, runPromtool } from './checks/watch-checks.js';
import { checkReach } from './checks/reach-checks.js';
import { readManifests } from './manifests.js';
import { readServices } from './read-services.js';
import { findHelm } from './tools/helm.js';
import { findPrometheusTool } from './tools/prometheus.js';
import type { FindOptions, FoundTool, Tool } from './tools/tool.js';

export interface DeployChecksOptions extends FindOptions {
  /** The checkout. */
  readonly root: string;
}

type Work<T> = (subject: T) => CheckOutcome | Promise<CheckOutcome>;

/** What several checks need, made once. */
interface Bench {
  readonly root: string;
  readonly log: (line: string) => void;
  readonly fetching: FindOptions;
  /** Objects by the name of their values, once they are rendered. */
  readonly rendered: Map<string, readonly Manifest[]>;
  withChart(work: Work<Chart>): Promise<CheckOutcome>;
}

/** Names in the matrix of values. */
const AGENTS = 'agents, warm and as jobs';
const EVERYTHING = 'everything';
const TRIAL = 'trial with everything';

const withTool = async (found: Promise<FoundTool>, work: Work<Tool>): Promise<CheckOutcome> => {
  const tool = await found;
  return tool.ok ? work(tool.value) : { passed: 0, findings: [], skipped: tool.refusal.message };
};

const createBench = ({ root, ...fetching }: DeployChecksOptions): Bench => {
  let helm: Promise<FoundTool> | undefined;
  return {
    root,
    log: fetching.log,
    fetching,
    rendered: new Map(),
    withChart: (work) =>
      withTool((helm ??= findHelm(fetching)), (tool) => work(openChart(tool, join(root, 'charts', 'rig')))),
  };
};

const chartChecks = ({ root, rendered, withChart }: Bench): readonly DeployCheck[] => [
  { name: 'chart: helm lint --strict', run: () => withChart(lintChart) },
  { name: 'chart: helm template', run: () => withChart((chart) => renderMatrix(chart, rendered)) },
  { name: 'chart: mistakes are refused', run: () => withChart(refuseMistakes) },
  { name: 'chart: schemas, no unknown key', run: () => withChart(() => checkSchemas(rendered)) },
  { name: 'chart: pod policy', run: () => withChart(() => checkPolicy(rendered)) },
  {
    name: 'chart: who reaches whom',
    run: () =>
      withChart(async () => checkReach(rendered.get(TRIAL) ?? [], await readServices(root), `agent-${warmAgent.name}`)),
  },
  {
    name: 'chart: the values of docs/operations.md',
    run: () => withChart((chart) => checkDocumentedValues(root, chart)),
  },
  { name: 'chart: configuration and references', run: () => withChart(() => checkConfig(root, rendered)) },
];

const kedaChecks = ({ root, rendered, withChart, log }: Bench): readonly DeployCheck[] => {
  const written = (): Promise<ReadonlyMap<string, readonly Manifest[]>> => readManifests(root, 'keda/*.yaml');
  return [
    { name: 'keda/: schemas, no unknown key', run: async () => checkSchemas(await written()) },
    { name: 'keda/: pod policy', run: async () => checkPolicy(await written()) },
    {
      name: 'keda/: as the chart renders it',
      run: () =>
        withChart(async () => compareWithChart([...(await written()).values()].flat(), rendered.get(AGENTS) ?? [])),
    },
    {
      name: 'KEDA: a day on real streams',
      run: () => withChart(() => rehearseAll(rendered.get(EVERYTHING) ?? [], log)),
    },
  ];
};

const watchChecks = ({ root, fetching }: Bench): readonly DeployCheck[] => [
  { name: 'alerts: metrics, runbooks, the copy', run: () => checkAlerts(root) },
  {
    name: 'alerts: promtool check and test',
    run: () => withTool(findPrometheusTool('promtool', fetching), (tool) => runPromtool(root, tool)),
  },
  {
    name: 'alerts: amtool check-config',
    run: () => withTool(findPrometheusTool('amtool', fetching), (tool) => runAmtool(root, tool)),
  },
  { name: 'dashboards: metrics that there are', run: () => checkDashboards(root) },
  { name: 'collector: pipelines', run: () => checkCollector(root) },
];

const fluxChecks = ({ root, withChart }: Bench): readonly DeployCheck[] => [
  { name: 'flux: schemas, no unknown key', run: () => checkFluxSchemas(root) },
  { name: 'flux: files, no secret in the clear', run: () => checkFluxFiles(root) },
  { name: 'flux: its values, its repository', run: () => withChart((chart) => checkRelease(root, chart)) },
];

const imageChecks = ({ root, fetching }: Bench): readonly DeployCheck[] => [
  { name: 'Dockerfile: lint and rules', run: () => checkDockerfile(root) },
  { name: 'docker-compose.yml: schema and rules', run: () => checkCompose(root) },
  { name: 'image: its layers, a service from them', run: () => checkLayers(root, fetching.fetch, fetching.log) },
];

/** What `rig deploy check` looks at, in order: the chart's later checks look at what the second one rendered. */
export const deployChecks = (options: DeployChecksOptions): readonly DeployCheck[] => {
  const bench = createBench(options);
  return [
    ...chartChecks(bench),
    ...kedaChecks(bench),
    ...watchChecks(bench),
    ...fluxChecks(bench),
    ...imageChecks(bench),
  ];
};

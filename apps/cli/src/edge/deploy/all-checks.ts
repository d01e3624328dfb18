import { join } from 'node:path';
import type { CheckOutcome } from '../../core/deploy/check-report.js';
import type { Manifest } from '../../core/deploy/manifest.js';
import type { DeployCheck } from '../../flows/deploy/run-checks.js';
import { openChart, type Chart } from './chart.js';
import { checkConfig } from './checks/config-checks.js';
import { checkPolicy, checkSchemas, lintChart, refuseMistakes, renderMatrix } from './checks/chart-checks.js';
import { compareWithChart, rehearseAll } from './checks/keda-checks.js';
import { readManifests } from './manifests.js';
import { findHelm } from './tools/helm.js';
import type { FindOptions, FoundTool, Tool } from './tools/tool.js';

export interface DeployChecksOptions extends FindOptions {
  /** The checkout. */
  readonly root: string;
}

/** Names in the matrix of values. */
const AGENTS = 'agents, warm and as jobs';
const EVERYTHING = 'everything';

/** Looks a tool up once, however many checks need it. */
const once = (find: () => Promise<FoundTool>): (() => Promise<FoundTool>) => {
  let looking: Promise<FoundTool> | undefined;
  return () => (looking ??= find());
};

const withTool = async (
  find: () => Promise<FoundTool>,
  work: (tool: Tool) => Promise<CheckOutcome>,
): Promise<CheckOutcome> => {
  const tool = await find();
  return tool.ok ? work(tool.value) : { passed: 0, findings: [], skipped: tool.refusal.message };
};

/** What `rig deploy check` looks at, in order. */
export const deployChecks = (options: DeployChecksOptions): readonly DeployCheck[] => {
  const { root } = options;
  const helm = once(() => findHelm(options));
  const rendered = new Map<string, readonly Manifest[]>();
  const withChart = (work: (chart: Chart) => Promise<CheckOutcome>): Promise<CheckOutcome> =>
    withTool(helm, (tool) => work(openChart(tool, join(root, 'charts', 'rig'))));
  const withRendered = (work: () => CheckOutcome | Promise<CheckOutcome>): Promise<CheckOutcome> =>
    withChart(async () => work());
  const written = (): Promise<ReadonlyMap<string, readonly Manifest[]>> => readManifests(root, 'keda/*.yaml');
  return [
    { name: 'chart: helm lint --strict', run: () => withChart(lintChart) },
    { name: 'chart: helm template', run: () => withChart((chart) => renderMatrix(chart, rendered)) },
    { name: 'chart: mistakes are refused', run: () => withChart(refuseMistakes) },
    { name: 'chart: schemas, no unknown key', run: () => withRendered(() => checkSchemas(rendered)) },
    { name: 'chart: pod policy', run: () => withRendered(() => checkPolicy(rendered)) },
    { name: 'chart: configuration and references', run: () => withRendered(() => checkConfig(root, rendered)) },
    { name: 'keda/: schemas, no unknown key', run: async () => checkSchemas(await written()) },
    { name: 'keda/: pod policy', run: async () => checkPolicy(await written()) },
    {
      name: 'keda/: as the chart renders it',
      run: () =>
        withRendered(async () => compareWithChart([...(await written()).values()].flat(), rendered.get(AGENTS) ?? [])),
    },
    {
      name: 'KEDA: a day on real streams',
      run: () => withRendered(() => rehearseAll(rendered.get(EVERYTHING) ?? [], options.log)),
    },
  ];
};

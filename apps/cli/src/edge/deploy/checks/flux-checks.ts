import { access, glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { allOf, found, type CheckOutcome } from '../../../core/deploy/check-report.js';
import { mergeValues, type Values } from '../../../core/deploy/values-matrix.js';
import type { Chart } from '../chart.js';
import { readManifests } from '../manifests.js';
import { checkSchemas } from './chart-checks.js';

const FOLDER = 'deploy/flux';

const AnyValues = z.record(z.string(), z.unknown());
const Release = z.looseObject({ spec: z.looseObject({ values: AnyValues }) });
const Source = z.looseObject({ spec: z.looseObject({ url: z.string() }) });
const Policy = z.looseObject({ policy: z.looseObject({ repositories: AnyValues.default({}) }).optional() });
const Kustomize = z.looseObject({
  resources: z.array(z.string()).default([]),
  configMapGenerator: z.array(z.looseObject({ files: z.array(z.string()) })).default([]),
});

/** Every object of Flux and of Kubernetes against its schema; rules and values are no objects. */
export const checkFluxSchemas = async (root: string): Promise<CheckOutcome> =>
  checkSchemas(await readManifests(root, `${FOLDER}/{cluster,image-automation}/*.yaml`)).then(async (first) => {
    const second = await checkSchemas(await readManifests(root, `${FOLDER}/rig/{helmrelease,kustomization}.yaml`));
    return allOf([first, second]);
  });

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Files that a kustomization names are there, and no secret lies in the clear. */
export const checkFluxFiles = async (root: string): Promise<CheckOutcome> => {
  const folder = join(root, FOLDER, 'rig');
  const { resources, configMapGenerator } = Kustomize.parse(
    parse(await readFile(join(folder, 'kustomization.yaml'), 'utf8')),
  );
  const named = [
    ...resources,
    ...configMapGenerator.flatMap(({ files }) => files.map((file) => file.split('=').at(-1) ?? '')),
  ];
  const findings: string[] = [];
  for (const name of named) if (!(await exists(join(folder, name)))) findings.push(`${name} is named and not there`);
  for await (const name of glob('**/*.sops.yaml', { cwd: root, exclude: ['**/node_modules'] })) {
    const value: unknown = parse(await readFile(join(root, name), 'utf8'));
    if (!AnyValues.safeParse(value).data?.['sops']) findings.push(`${name} is not encrypted`);
  }
  return found(named.length, findings);
};

/** The chart takes the release's values, and agents are not let near the repository that says how many they are. */
export const checkRelease = async (root: string, chart: Chart): Promise<CheckOutcome> => {
  const read = async (name: string): Promise<unknown> => parse(await readFile(join(root, FOLDER, name), 'utf8'));
  const agents: Values = AnyValues.parse(await read('rig/agents.yaml'));
  const values = mergeValues(agents, Release.parse(await read('rig/helmrelease.yaml')).spec.values);
  const { code, said, manifests } = await chart.template(values);
  if (code !== 0) return found(0, [said.trim()]);
  const sources = [...(await readManifests(root, `${FOLDER}/cluster/sources.yaml`)).values()].flat();
  const operations = sources.find(({ metadata }) => metadata.name === 'operations');
  const url = Source.parse(operations).spec.url;
  const worked = Object.keys(Policy.parse(agents).policy?.repositories ?? {});
  const reached = worked.filter((repository) => url.replace(/\.git$/, '').endsWith(`/${repository}`));
  return found(
    manifests.length,
    reached.map((repository) => `agents may work on ${repository}, which says how many they are`),
  );
};

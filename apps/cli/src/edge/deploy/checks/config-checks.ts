import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseAgentsFile, parsePolicyFile } from '@rig/policy';
import { z } from 'zod';
import { allOf, found, type CheckOutcome } from '../../../core/deploy/check-report.js';
import { checkVariables, parseConfigPage } from '../../../core/deploy/config-table.js';
import { unguardedPods } from '../../../core/deploy/guard-policy.js';
import { nameOf, podOf, type Container, type Manifest } from '../../../core/deploy/manifest.js';
import type { Chart } from '../chart.js';
import { danglingReferences } from '../../../core/deploy/references.js';
import { readHookPolicyPath } from '../read-dockerfile.js';

const ConfigFiles = z.looseObject({
  data: z.looseObject({ 'rig.agents.yaml': z.string(), 'rig.policy.yaml': z.string() }),
});

/** The ConfigMap's files as the services read them. */
const fileProblems = (manifest: Manifest): readonly string[] => {
  const { data } = ConfigFiles.parse(manifest);
  return [parseAgentsFile(data['rig.agents.yaml']), parsePolicyFile(data['rig.policy.yaml'])].flatMap((parsed) =>
    parsed.ok ? [] : [`${nameOf(manifest)}: ${parsed.refusal.message}`],
  );
};

/** Which app a container runs: the services by their name, the workers as one. */
const appOf = ({ name }: Container): string => (name === 'worker' ? 'agent-worker' : name);

const APPS = new Set(['Deployment', 'ScaledJob']);

/** What services are given fits what they read: variables, files, and whatever objects name each other. */
export const checkConfig = async (
  root: string,
  sets: ReadonlyMap<string, readonly Manifest[]>,
): Promise<CheckOutcome> => {
  const page = parseConfigPage(await readFile(join(root, 'docs', 'config.md'), 'utf8'));
  const policyPath = await readHookPolicyPath(root);
  const outcomes = [...sets].map(([where, manifests]) => {
    const containers = manifests
      .filter(({ kind }) => APPS.has(kind))
      .flatMap((manifest) => (podOf(manifest)?.spec.containers ?? []).map((container) => ({ manifest, container })));
    const variables = containers.flatMap(({ manifest, container }) =>
      checkVariables(
        page,
        appOf(container),
        container.env.map(({ name }) => name),
      ).map((problem) => `${nameOf(manifest)}: ${problem}`),
    );
    const files = manifests.filter(({ kind }) => kind === 'ConfigMap').flatMap(fileProblems);
    const problems = [
      ...variables,
      ...files,
      ...danglingReferences(manifests),
      ...unguardedPods(manifests, policyPath),
    ];
    return found(
      containers.length + manifests.length,
      problems.map((problem) => `${where}: ${problem}`),
    );
  });
  return allOf(outcomes);
};

/** A block of YAML in a page for people that says which file it is. */
const VALUES = /```yaml\n(?<values>[ ]*# values\.yaml\n[\s\S]*?)```/;

/** What docs/operations.md tells people to write is taken by the chart. */
export const checkDocumentedValues = async (root: string, chart: Chart): Promise<CheckOutcome> => {
  const page = await readFile(join(root, 'docs', 'operations.md'), 'utf8');
  const text = VALUES.exec(page)?.groups?.['values'];
  if (text === undefined) return found(0, ['docs/operations.md shows no values.yaml']);
  const values = z.record(z.string(), z.unknown()).parse(parse(text));
  const { code, said, manifests } = await chart.template(values);
  return found(code === 0 ? manifests.length : 0, code === 0 ? [] : [said.trim()]);
};

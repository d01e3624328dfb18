import { allOf, found, type CheckOutcome } from '../../../core/deploy/check-report.js';
import { podOf, type Manifest } from '../../../core/deploy/manifest.js';
import { checkPods, grantsRights } from '../../../core/deploy/pod-policy.js';
import { refusedValues } from '../../../core/deploy/refused-values.js';
import { leastValues, mergeValues, valuesMatrix } from '../../../core/deploy/values-matrix.js';
import type { Chart } from '../chart.js';
import { schemaProblems } from '../schemas.js';

const firstLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => /error|fail|invalid|not/i.test(line)) ?? text.trim();

export const lintChart = async (chart: Chart): Promise<CheckOutcome> => {
  const outcomes: CheckOutcome[] = [];
  // Lint looks at the templates' text too, which the values do not change: the two ends of the matrix are enough.
  for (const name of ['the least', 'trial with everything']) {
    const { code, said } = await chart.lint(valuesMatrix[name] ?? {});
    outcomes.push(code === 0 ? found(1, []) : found(0, [`${name}: ${said.trim()}`]));
  }
  return allOf(outcomes);
};

export const renderMatrix = async (chart: Chart, rendered: Map<string, readonly Manifest[]>): Promise<CheckOutcome> => {
  const outcomes = await Promise.all(
    Object.entries(valuesMatrix).map(async ([name, values]) => {
      const { code, said, manifests } = await chart.template(values);
      rendered.set(name, manifests);
      return code === 0 && manifests.length > 0 ? found(1, []) : found(0, [`${name}: ${firstLine(said)}`]);
    }),
  );
  return allOf(outcomes);
};

/** Each mistake is refused, and the refusal names the key. */
export const refuseMistakes = async (chart: Chart): Promise<CheckOutcome> => {
  const outcomes = await Promise.all(
    refusedValues.map(async ({ mistake, values, names }) => {
      const { code, said } = await chart.template(mergeValues(leastValues, values));
      if (code === 0) return found(0, [`${mistake} is accepted`]);
      return said.includes(names) ? found(1, []) : found(0, [`${mistake}: ${names} is not named in: ${said.trim()}`]);
    }),
  );
  return allOf(outcomes);
};

/** Every object against its schema, unknown keys refused. `where` tells the objects apart in findings. */
export const checkSchemas = async (sets: ReadonlyMap<string, readonly Manifest[]>): Promise<CheckOutcome> => {
  const outcomes: CheckOutcome[] = [];
  for (const [where, manifests] of sets) {
    for (const manifest of manifests) {
      const problems = await schemaProblems(manifest);
      outcomes.push(
        problems.length === 0
          ? found(1, [])
          : found(
              0,
              problems.map((problem) => `${where}: ${problem}`),
            ),
      );
    }
  }
  return allOf(outcomes);
};

export const checkPolicy = (sets: ReadonlyMap<string, readonly Manifest[]>): CheckOutcome =>
  allOf(
    [...sets].map(([where, manifests]) => {
      const pods = manifests.flatMap((manifest) => podOf(manifest) ?? []);
      const { passed, findings } = checkPods(pods);
      return found(
        passed,
        [...findings, ...grantsRights(manifests)].map((finding) => `${where}: ${finding}`),
      );
    }),
  );

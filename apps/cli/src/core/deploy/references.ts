import { z } from 'zod';
import { nameOf, podOf, type Manifest, type PodTemplate } from './manifest.js';

type Labels = Readonly<Record<string, string>>;

const SelectorLabels = z.record(z.string(), z.string());
const WithSelector = z.looseObject({
  spec: z.looseObject({ selector: z.union([SelectorLabels, z.looseObject({ matchLabels: SelectorLabels })]) }),
});
const ScaleTarget = z.looseObject({ spec: z.looseObject({ scaleTargetRef: z.looseObject({ name: z.string() }) }) });
const Volume = z.looseObject({
  name: z.string(),
  configMap: z.looseObject({ name: z.string() }).optional(),
});

const matches = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

const selectorOf = (manifest: Manifest): Labels => {
  const { selector } = WithSelector.parse(manifest).spec;
  const inner = SelectorLabels.safeParse(selector['matchLabels']);
  return inner.success ? inner.data : SelectorLabels.parse(selector);
};

const SELECTING = new Set(['Service', 'Deployment', 'StatefulSet', 'PodDisruptionBudget']);

const volumeProblems = ({ owner, spec }: PodTemplate, has: (kind: string, name: string) => boolean): string[] =>
  spec.volumes.flatMap((volume) => {
    const { configMap } = Volume.parse(volume);
    if (configMap === undefined || has('ConfigMap', configMap.name)) return [];
    return [`${nameOf(owner)}: mounts ConfigMap ${configMap.name}, which is not there`];
  });

/** What points at nothing: a selector without a pod, a pod's account or ConfigMap, what KEDA is to scale. */
export const danglingReferences = (manifests: readonly Manifest[]): readonly string[] => {
  const pods = manifests.flatMap((manifest) => podOf(manifest) ?? []);
  const has = (kind: string, name: string): boolean =>
    manifests.some((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  const names = manifests.map((manifest) => nameOf(manifest));
  return [
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name}: is there twice`),
    ...manifests
      .filter(({ kind }) => SELECTING.has(kind))
      .filter((manifest) => !pods.some(({ labels }) => matches(selectorOf(manifest), labels)))
      .map((manifest) => `${nameOf(manifest)}: selects no pod`),
    ...pods
      .filter(({ spec }) => !has('ServiceAccount', spec.serviceAccountName ?? ''))
      .map(({ owner, spec }) => `${nameOf(owner)}: its ServiceAccount ${spec.serviceAccountName ?? ''} is not there`),
    ...pods.flatMap((pod) => volumeProblems(pod, has)),
    ...manifests
      .filter(({ kind }) => kind === 'ScaledObject')
      .filter((manifest) => !has('Deployment', ScaleTarget.parse(manifest).spec.scaleTargetRef.name))
      .map((manifest) => `${nameOf(manifest)}: scales a Deployment that is not there`),
  ];
};

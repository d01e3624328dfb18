import { z } from 'zod';
import { appOfService, type ComposeFile } from './compose-rules.js';
import type { Dockerfile } from './dockerfile.js';
import { nameOf, podOf, type Manifest, type PodTemplate } from './manifest.js';

/** The key of the ConfigMap, and the name that guard-svc looks for in RIG_CONFIG_DIR. */
const FILE = 'guard.policy.yaml';

/** Where the hook in the workers' image looks for the operator's policy; undefined: it looks nowhere. */
export const hookPolicyPath = ({ stages }: Dockerfile): string | undefined => {
  const runs = stages.flatMap(({ instructions }) => instructions.filter(({ keyword }) => keyword === 'RUN'));
  return runs.flatMap(({ args }) => /hooks install\b.*\s--policy (\S+)/.exec(args)?.[1] ?? []).at(0);
};

const WithPolicy = z.looseObject({ kind: z.literal('ConfigMap'), data: z.looseObject({ [FILE]: z.string() }) });
const Mounts = z.array(z.looseObject({ name: z.string(), mountPath: z.string() })).default([]);
const Volume = z.looseObject({
  configMap: z.looseObject({
    name: z.string(),
    items: z.array(z.looseObject({ key: z.string(), path: z.string() })),
  }),
});

const isMounted = ({ spec }: PodTemplate, configMap: string, path: string): boolean => {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const worker = spec.containers.find(({ name }) => name === 'worker');
  const mount = Mounts.parse(worker?.['volumeMounts']).find(({ mountPath }) => mountPath === folder);
  const volume = Volume.safeParse(spec.volumes.find(({ name }) => name === mount?.name)).data?.configMap;
  return volume?.name === configMap && volume.items.some((it) => it.key === FILE && `${folder}/${it.path}` === path);
};

/** Workers whose guard would not see the policy that the values hold. */
export const unguardedPods = (manifests: readonly Manifest[], path: string): readonly string[] => {
  const configMap = manifests.find((manifest) => WithPolicy.safeParse(manifest).success);
  if (configMap === undefined) return [];
  return manifests
    .flatMap((manifest) => podOf(manifest) ?? [])
    .filter(({ labels }) => labels['app.kubernetes.io/component'] === 'agent')
    .filter((pod) => !isMounted(pod, configMap.metadata.name, path))
    .map(({ owner }) => `${nameOf(owner)}: guardPolicy is not at ${path}, where the guard's hook looks`);
};

/** Workers of Compose that do not get the policy that guard-svc reads. */
export const unguardedServices = ({ services }: ComposeFile, path: string): readonly string[] =>
  Object.entries(services)
    .filter(([, service]) => appOfService(service) === 'agent-worker')
    .filter(([, { volumes }]) => !volumes.includes(`./.rig/compose/config/${FILE}:${path}:ro`))
    .map(([name]) => `${name}: ${FILE} is not mounted at ${path}, where the guard's hook looks`);

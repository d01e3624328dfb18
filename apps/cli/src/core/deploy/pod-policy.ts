import { containersOf, nameOf, type Container, type Manifest, type PodTemplate } from './manifest.js';

/** A rule about pods: what is wrong with one, a line each; nothing when it holds. */
export interface PodRule {
  readonly name: string;
  check(pod: PodTemplate): readonly string[];
}

const eachContainer =
  (wrong: (container: Container, pod: PodTemplate) => string | undefined) =>
  (pod: PodTemplate): readonly string[] =>
    containersOf(pod).flatMap((container) => {
      const problem = wrong(container, pod);
      return problem === undefined ? [] : [`container ${container.name}: ${problem}`];
    });

/** A tag that says what runs: not missing, not `latest`. A digest does as well. */
export const pinned = (image: string): boolean => {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  const tag = /:([\w][\w.-]*)$/.exec(image)?.[1];
  return tag !== undefined && tag !== 'latest';
};

const runsForEver = ({ owner }: PodTemplate): boolean => ['Deployment', 'StatefulSet'].includes(owner.kind);
const isServer = ({ labels }: PodTemplate): boolean => labels['app.kubernetes.io/component'] === 'server';

/** A secret in the manifest is a secret for whoever may read a pod. */
const showsSecret = ({ env }: Container): string | undefined => {
  const shown = env.find(
    ({ name, value = '' }) =>
      (/(PASSWORD|SECRET|TOKEN|PRIVATE_KEY)$/.test(name) && value !== '') || /:\/\/[^/\s]*:[^/\s]*@/.test(value),
  );
  return shown === undefined ? undefined : `${shown.name} holds a secret in the manifest`;
};

export const podRules: readonly PodRule[] = [
  {
    name: 'not root',
    check: eachContainer(({ securityContext }, { spec }) => {
      const user = securityContext.runAsUser ?? spec.securityContext.runAsUser;
      const nonRoot = securityContext.runAsNonRoot ?? spec.securityContext.runAsNonRoot;
      return nonRoot === true && user !== 0 ? undefined : 'may run as root';
    }),
  },
  {
    name: 'read-only root file system',
    check: eachContainer(({ securityContext }) =>
      securityContext.readOnlyRootFilesystem === true ? undefined : 'its root file system can be written',
    ),
  },
  {
    name: 'no privilege',
    check: eachContainer(({ securityContext: own }) => {
      if (own.privileged === true) return 'is privileged';
      if (own.allowPrivilegeEscalation !== false) return 'may gain privileges';
      if ((own.capabilities?.add ?? []).length > 0) return 'adds capabilities';
      return own.capabilities?.drop?.includes('ALL') === true ? undefined : 'keeps capabilities';
    }),
  },
  {
    name: 'nothing of the host',
    check: ({ spec }) => [
      ...(spec.hostNetwork === true || spec.hostPID === true || spec.hostIPC === true ? ['uses a host namespace'] : []),
      ...spec.volumes
        .filter((volume) => volume.hostPath !== undefined)
        .map((volume) => `volume ${volume.name} is a path of the host`),
    ],
  },
  {
    name: 'seccomp',
    check: ({ spec }) =>
      spec.securityContext.seccompProfile?.type === 'RuntimeDefault' ? [] : ['has no seccomp profile'],
  },
  {
    name: 'limits',
    check: eachContainer(({ resources }) => {
      const missing = ['limits', 'requests'].flatMap((kind) =>
        ['cpu', 'memory']
          .filter((what) => (kind === 'limits' ? resources.limits : resources.requests)?.[what] === undefined)
          .map((what) => `${kind}.${what}`),
      );
      return missing.length === 0 ? undefined : `has no ${missing.join(', ')}`;
    }),
  },
  {
    name: 'probes',
    check: (pod) =>
      runsForEver(pod)
        ? eachContainer(({ livenessProbe, readinessProbe, startupProbe }) =>
            livenessProbe === undefined || readinessProbe === undefined || startupProbe === undefined
              ? 'lacks a liveness, readiness or startup probe'
              : undefined,
          )(pod)
        : [],
  },
  { name: 'pinned image', check: eachContainer(({ image }) => (pinned(image) ? undefined : `${image} is not pinned`)) },
  {
    name: 'no token of the API server',
    check: ({ spec }) => [
      ...(spec.automountServiceAccountToken === false ? [] : ['mounts a token of the API server']),
      ...(spec.serviceAccountName === undefined ? ['has no ServiceAccount of its own'] : []),
    ],
  },
  { name: 'no secret in sight', check: eachContainer(showsSecret) },
  {
    name: 'spread',
    check: (pod) =>
      pod.owner.kind === 'Deployment' && !isServer(pod) && pod.spec.topologySpreadConstraints.length === 0
        ? ['is not spread over machines']
        : [],
  },
  {
    name: 'time to end',
    // The service's own deadline is 25 s; Kubernetes' default of 30 s leaves no room for anything before it.
    check: (pod) =>
      runsForEver(pod) && (pod.spec.terminationGracePeriodSeconds ?? 30) <= 30 ? ['has 30 s or less to end'] : [],
  },
];

/** Applies every rule to every pod among the objects. */
export const checkPods = (
  pods: readonly PodTemplate[],
): { readonly passed: number; readonly findings: readonly string[] } => {
  const findings = pods.flatMap((pod) =>
    podRules.flatMap((rule) => rule.check(pod).map((problem) => `${nameOf(pod.owner)}: ${rule.name}: ${problem}`)),
  );
  return { passed: pods.length * podRules.length - findings.length, findings };
};

/** Kinds that let pods talk to the API server; nothing of Rig may be given that. */
const RIGHTS = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding']);

/** Objects that would let a pod change the cluster, its own replicas among it. */
export const grantsRights = (objects: readonly Manifest[]): readonly string[] =>
  objects.filter(({ kind }) => RIGHTS.has(kind)).map((object) => `${nameOf(object)}: gives pods rights on the cluster`);

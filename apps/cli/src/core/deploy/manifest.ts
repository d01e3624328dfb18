import { z } from 'zod';

/** One Kubernetes object of a rendered or written file. */
export const Manifest = z.looseObject({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  metadata: z.looseObject({
    name: z.string().min(1),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});
export type Manifest = z.infer<typeof Manifest>;

/** `Deployment/rig-conductor`, for messages. */
export const nameOf = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`;

const SecurityContext = z.looseObject({
  runAsNonRoot: z.boolean().optional(),
  runAsUser: z.number().optional(),
  privileged: z.boolean().optional(),
  allowPrivilegeEscalation: z.boolean().optional(),
  readOnlyRootFilesystem: z.boolean().optional(),
  capabilities: z.looseObject({ drop: z.array(z.string()).optional(), add: z.array(z.string()).optional() }).optional(),
  seccompProfile: z.looseObject({ type: z.string() }).optional(),
});

const Quantities = z.record(z.string(), z.union([z.string(), z.number()]));

const Container = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).optional(),
  env: z
    .array(z.looseObject({ name: z.string(), value: z.string().optional(), valueFrom: z.unknown().optional() }))
    .default([]),
  resources: z.looseObject({ limits: Quantities.optional(), requests: Quantities.optional() }).default({}),
  securityContext: SecurityContext.default({}),
  livenessProbe: z.unknown().optional(),
  readinessProbe: z.unknown().optional(),
  startupProbe: z.unknown().optional(),
  lifecycle: z.unknown().optional(),
});
export type Container = z.infer<typeof Container>;

const PodSpec = z.looseObject({
  serviceAccountName: z.string().optional(),
  automountServiceAccountToken: z.boolean().optional(),
  hostNetwork: z.boolean().optional(),
  hostPID: z.boolean().optional(),
  hostIPC: z.boolean().optional(),
  terminationGracePeriodSeconds: z.number().optional(),
  topologySpreadConstraints: z.array(z.unknown()).default([]),
  securityContext: SecurityContext.default({}),
  containers: z.array(Container).min(1),
  initContainers: z.array(Container).default([]),
  volumes: z.array(z.looseObject({ name: z.string(), hostPath: z.unknown().optional() })).default([]),
});
export type PodSpec = z.infer<typeof PodSpec>;

const Template = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()).default({}) }),
  spec: PodSpec,
});
const WithTemplate = z.looseObject({ template: Template });

/** A pod as some object makes it. */
export interface PodTemplate {
  readonly owner: Manifest;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

/** Where the pod stands, by kind; other kinds make no pods. */
const TEMPLATES: Readonly<Record<string, z.ZodType<z.infer<typeof Template>>>> = {
  Deployment: z.looseObject({ spec: WithTemplate }).transform(({ spec }) => spec.template),
  StatefulSet: z.looseObject({ spec: WithTemplate }).transform(({ spec }) => spec.template),
  Job: z.looseObject({ spec: WithTemplate }).transform(({ spec }) => spec.template),
  ScaledJob: z
    .looseObject({ spec: z.looseObject({ jobTargetRef: WithTemplate }) })
    .transform(({ spec }) => spec.jobTargetRef.template),
  Pod: z.looseObject({ metadata: Template.shape.metadata, spec: PodSpec }),
};

/** The pod that an object makes, if it makes one. */
export const podOf = (owner: Manifest): PodTemplate | undefined => {
  const template = TEMPLATES[owner.kind]?.parse(owner);
  return template === undefined ? undefined : { owner, labels: template.metadata.labels, spec: template.spec };
};

/** All containers of a pod, those that prepare it included. */
export const containersOf = ({ spec }: PodTemplate): readonly Container[] => [
  ...spec.initContainers,
  ...spec.containers,
];

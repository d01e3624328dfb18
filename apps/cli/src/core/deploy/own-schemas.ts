import { z } from 'zod';

/**
 * Shapes that no package of npm carries, written down as far as Rig uses them; what is not here is refused, so a new field
 * is added here first. Sources: Cilium's CRD `cilium.io/v2 CiliumNetworkPolicy` and its page "Layer 7 Examples"; the
 * reference of `kustomize.config.k8s.io/v1beta1 Kustomization`.
 */
const Labels = z.record(z.string(), z.string());

const Metadata = z.strictObject({
  name: z.string(),
  namespace: z.string().optional(),
  labels: Labels.optional(),
  annotations: Labels.optional(),
});

const Selector = z.strictObject({
  matchLabels: Labels.optional(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});

const Host = z.strictObject({ matchName: z.string().optional(), matchPattern: z.string().optional() });

const ToPorts = z.array(
  z.strictObject({
    ports: z.array(z.strictObject({ port: z.string().regex(/^[0-9]{1,5}$/), protocol: z.enum(['TCP', 'UDP', 'ANY']) })),
    rules: z
      .strictObject({
        http: z.array(z.strictObject({ method: z.string(), path: z.string() })).optional(),
        dns: z.array(Host).optional(),
      })
      .optional(),
  }),
);

const Entities = z.array(z.enum(['host', 'cluster', 'world', 'remote-node', 'kube-apiserver', 'all']));

const CiliumNetworkPolicy = z.strictObject({
  apiVersion: z.literal('cilium.io/v2'),
  kind: z.literal('CiliumNetworkPolicy'),
  metadata: Metadata,
  spec: z.strictObject({
    endpointSelector: Selector,
    ingress: z
      .array(
        z.strictObject({
          fromEndpoints: z.array(Selector).optional(),
          fromEntities: Entities.optional(),
          toPorts: ToPorts.optional(),
        }),
      )
      .optional(),
    egress: z
      .array(
        z.strictObject({
          toEndpoints: z.array(Selector).optional(),
          toEntities: Entities.optional(),
          toFQDNs: z.array(Host).optional(),
          toPorts: ToPorts.optional(),
        }),
      )
      .optional(),
  }),
});

const Generator = z.strictObject({
  name: z.string(),
  namespace: z.string().optional(),
  files: z.array(z.string()).optional(),
  options: z.strictObject({ labels: Labels.optional(), disableNameSuffixHash: z.boolean().optional() }).optional(),
});

const Kustomization = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  metadata: Metadata.optional(),
  namespace: z.string().optional(),
  resources: z.array(z.string()).optional(),
  configurations: z.array(z.string()).optional(),
  configMapGenerator: z.array(Generator).optional(),
});

/** By `apiVersion kind`. */
export const ownSchemas: Readonly<Record<string, z.ZodType>> = {
  'cilium.io/v2 CiliumNetworkPolicy': CiliumNetworkPolicy,
  'kustomize.config.k8s.io/v1beta1 Kustomization': Kustomization,
};

/** What a schema says is wrong, a line each, with the path of the key. */
export const problemsOf = (schema: z.ZodType, value: unknown): readonly string[] => {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`);
};

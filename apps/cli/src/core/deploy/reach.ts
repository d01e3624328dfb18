import { z } from 'zod';
import { podOf, type Manifest, type PodTemplate } from './manifest.js';

type Labels = Readonly<Record<string, string>>;

const Expression = z.looseObject({
  key: z.string(),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.array(z.string()).default([]),
});
const Selector = z.looseObject({
  matchLabels: z.record(z.string(), z.string()).default({}),
  matchExpressions: z.array(Expression).default([]),
});
type Selector = z.infer<typeof Selector>;

const Peer = z.looseObject({
  podSelector: Selector.optional(),
  namespaceSelector: z.unknown().optional(),
  ipBlock: z.unknown().optional(),
});
const Rule = z.looseObject({
  ports: z.array(z.looseObject({ port: z.union([z.string(), z.number()]) })).optional(),
  from: z.array(Peer).optional(),
  to: z.array(Peer).optional(),
});
type Rule = z.infer<typeof Rule>;

const Policy = z.looseObject({
  spec: z.looseObject({
    podSelector: Selector,
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
    ingress: z.array(Rule).default([]),
    egress: z.array(Rule).default([]),
  }),
});
type Policy = z.infer<typeof Policy>;

const matches = ({ matchLabels, matchExpressions }: Selector, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, operator, values }) => {
    const value = labels[key];
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    return values.includes(value ?? '') === (operator === 'In');
  });

/** Names of ports as every pod of Rig has them. */
const PORTS: Readonly<Record<string, number>> = { http: 8080, postgres: 5432, valkey: 6379 };

/** Who is at the other end: a pod of the release, or an address outside of the cluster. */
type End = { readonly labels: Labels } | 'outside';

/** A peer of another namespace is none of ours; a block of addresses is the outside. */
const isPeer = ({ podSelector, namespaceSelector, ipBlock }: z.infer<typeof Peer>, end: End): boolean => {
  if (end === 'outside') return ipBlock !== undefined;
  if (namespaceSelector !== undefined || podSelector === undefined) return false;
  return matches(podSelector, end.labels);
};

const ruleAllows = ({ ports, from, to }: Rule, end: End, port: number): boolean => {
  const peers = from ?? to;
  const open = ports === undefined || ports.some((one) => (PORTS[one.port] ?? Number(one.port)) === port);
  return open && (peers === undefined || peers.some((peer) => isPeer(peer, end)));
};

/** Without any policy that selects it a pod is open in that direction; with one, what none of them allows is shut. */
const directionAllows = (
  policies: readonly Policy[],
  type: 'Ingress' | 'Egress',
  own: Labels,
  end: End,
  port: number,
): boolean => {
  const selecting = policies.filter(({ spec }) => spec.policyTypes.includes(type) && matches(spec.podSelector, own));
  const rules = selecting.flatMap(({ spec }) => (type === 'Ingress' ? spec.ingress : spec.egress));
  return selecting.length === 0 || rules.some((rule) => ruleAllows(rule, end, port));
};

export interface Reach {
  /** Whether pods of one name may open a connection to pods of another, by `app.kubernetes.io/name`. */
  pods(from: string, to: string, port: number): boolean;
  outside(from: string, port: number): boolean;
}

/** What plain NetworkPolicies let through among the pods of a rendered chart. */
export const reachOf = (manifests: readonly Manifest[]): Reach => {
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy').map((manifest) => Policy.parse(manifest));
  const pods: readonly PodTemplate[] = manifests.flatMap((manifest) => podOf(manifest) ?? []);
  const labelsOf = (name: string): Labels => {
    const pod = pods.find(({ labels }) => labels['app.kubernetes.io/name'] === name);
    if (pod === undefined) throw new Error(`no pod is called ${name}`);
    return pod.labels;
  };
  return {
    pods: (from, to, port) => {
      const [source, target] = [labelsOf(from), labelsOf(to)];
      return (
        directionAllows(policies, 'Egress', source, { labels: target }, port) &&
        directionAllows(policies, 'Ingress', target, { labels: source }, port)
      );
    },
    outside: (from, port) => directionAllows(policies, 'Egress', labelsOf(from), 'outside', port),
  };
};

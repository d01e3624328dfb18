/** Values as YAML would give them. */
export type Values = Readonly<Record<string, unknown>>;

const plain = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `changes` over `base`, as Helm lays one values file over another: maps are merged, lists and scalars replaced. */
export const mergeValues = (base: Values, changes: Values): Values => {
  const merged = Object.entries(changes).map(([key, value]): [string, unknown] => {
    const below = base[key];
    return [key, plain(below) && plain(value) ? mergeValues(below, value) : value];
  });
  return { ...base, ...Object.fromEntries(merged) };
};

const resources = { requests: { cpu: '1', memory: '2Gi' }, limits: { cpu: '2', memory: '4Gi' } };

export const warmAgent = {
  name: 'dev-e-1',
  role: 'author',
  slots: 3,
  capabilities: ['node'],
  mode: 'warm',
  command: { run: 'my-agent', args: ['--task'], passEnv: ['MODEL_KEY'] },
  secretEnv: { MODEL_KEY: 'dev-e-1.model-key' },
} as const;

export const jobAgent = {
  name: 'dev-e-2',
  role: 'author',
  slots: 2,
  mode: 'job',
  image: 'agents/dev-e:1.4.0',
  command: { run: 'my-agent' },
  resources,
  drainSeconds: 0,
} as const;

const outsideAgent = {
  name: 'review-e-1',
  role: 'reviewer',
  slots: 4,
  mode: 'external',
  command: { run: 'nothing' },
} as const;

/** The least that an installation needs to say. */
export const leastValues: Values = {
  secrets: { existingSecret: 'rig-secrets' },
  github: { conductorAppId: '101', authorAppId: '102', reviewerAppId: '103' },
  postgres: { url: 'postgres://db.data.svc/rig' },
  valkey: { url: 'redis://valkey.data.svc:6380' },
};

const trial: Values = { postgres: { url: '', bundled: true }, valkey: { url: '', bundled: true } };

const everything: Values = {
  agents: [warmAgent, jobAgent, outsideAgent, { ...warmAgent, name: 'dev-e-3', slots: 5, concurrency: 2 }],
  policy: { defaults: { dispatch: 'off' }, repositories: { 'acme/greeter': { dispatch: 'on', acceptance: 'auto' } } },
  services: {
    gateway: {
      replicas: 3,
      image: 'mine/gateway:2.0.0',
      env: { RIG_MAX_CONNECTIONS: '100' },
      podAnnotations: { a: 'b' },
    },
    conductor: { resources, nodeSelector: { disk: 'ssd' }, priorityClassName: 'high' },
  },
  defaults: { tolerations: [{ key: 'rig', operator: 'Exists', effect: 'NoSchedule' }] },
  image: { pullSecrets: ['registry'], tag: '0.1.1' },
  guardPolicy: '# nothing but the built-in rules\n',
  ingress: {
    enabled: true,
    className: 'nginx',
    tlsSecret: 'rig-tls',
    annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' },
    hosts: { gateway: 'hooks.example.org', conductor: 'rig.example.org' },
  },
  metrics: { serviceMonitors: true, rules: true, labels: { release: 'prometheus' } },
  telemetry: { otlpEndpoint: 'http://otel-collector.monitoring:4318' },
  identity: { audience: 'vault' },
};

const cilium: Values = {
  networkPolicy: { mode: 'cilium', allowedHosts: { forge: ['api.forge.example'], agents: ['*.models.example'] } },
};

/** The values that the chart is rendered with in every check: each switch in each position at least once. */
export const valuesMatrix: Readonly<Record<string, Values>> = Object.fromEntries(
  Object.entries({
    'the least': {},
    trial,
    'agents, warm and as jobs': { agents: [warmAgent, jobAgent] },
    everything,
    'everything, Cilium': mergeValues(everything, cilium),
    'Cilium without hosts': mergeValues(trial, { networkPolicy: { mode: 'cilium' } }),
    'trial with everything': mergeValues(everything, trial),
    'telemetry over TLS, without a port': { telemetry: { otlpEndpoint: 'https://otel.example' } },
    'no walls': { agents: [warmAgent], networkPolicy: { mode: 'none' } },
    'External Secrets': {
      secrets: { existingSecret: '', external: { enabled: true, storeName: 'vault', remoteKey: 'rig/production' } },
    },
    'one replica, TLS, no KEDA': {
      defaults: { replicas: 1 },
      agents: [warmAgent],
      keda: { enabled: false },
      valkey: { url: 'rediss://valkey.example.org:6380' },
    },
    'KEDA over TLS': { agents: [warmAgent, jobAgent], valkey: { url: 'rediss://valkey.example.org' } },
    'a service switched off, no migration job': {
      services: { dispatcher: { enabled: false } },
      migrations: { enabled: false },
    },
    'servers at known addresses': {
      github: { apiUrl: 'https://forge.example:8443/api/v3', gitUrl: 'http://forge.example' },
      postgres: { url: 'postgresql://10.0.0.7:6432/rig', peers: [{ ipBlock: { cidr: '10.0.0.0/24' } }] },
      valkey: {
        peers: [{ namespaceSelector: { matchLabels: { name: 'data' } }, podSelector: { matchLabels: { app: 'v' } } }],
      },
      networkPolicy: {
        forgePeers: [{ ipBlock: { cidr: '203.0.113.0/24' } }],
        agentPeers: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.9/32'] } }],
      },
    },
  } satisfies Readonly<Record<string, Values>>).map(([name, values]) => [name, mergeValues(leastValues, values)]),
);

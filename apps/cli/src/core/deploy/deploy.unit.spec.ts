import { describe, expect, it } from '@jest/globals';
import { allOf, checkExitCode, checkLines, found, statusOf } from './check-report.js';
import { checkVariables, parseConfigPage } from './config-table.js';
import { Manifest, podOf } from './manifest.js';
import { checkPods, grantsRights, pinned } from './pod-policy.js';
import { exprProblems, parseMetricsPage } from './promql.js';
import { danglingReferences } from './references.js';
import { watch } from './strict.js';
import { mergeValues } from './values-matrix.js';

describe('a report of checks', () => {
  it('fails when anything is wrong, and when nothing was looked at', () => {
    expect(statusOf(found(3, []))).toBe('passed');
    expect(statusOf(found(3, ['a: b']))).toBe('failed');
    expect(statusOf(found(0, []))).toBe('failed');
    expect(statusOf({ passed: 0, findings: [], skipped: 'no tool' })).toBe('skipped');
  });

  it('never counts a skipped check as passed', () => {
    const skipped = { check: 'alerts', ms: 1, passed: 0, findings: [], skipped: 'no promtool' };
    expect(checkLines([skipped]).join('\n')).toContain('skipped: no promtool');
    expect(checkLines([skipped]).at(-1)).toBe('0 passed, 0 failed, 1 skipped');
    expect(checkExitCode([skipped])).toBe(1);
    expect(checkExitCode([skipped, { check: 'chart', ms: 1, ...found(1, []) }])).toBe(0);
  });

  it('shows a skipped part of a check whose other parts were in order', () => {
    expect(statusOf(allOf([found(2, []), { passed: 0, findings: [], skipped: 'no amtool' }]))).toBe('skipped');
  });
});

describe('watching what a validator asks for', () => {
  it('finds the keys that nobody asked for, at any depth', () => {
    const watched = watch({ spec: { replicas: 1, replcas: 2, list: [{ name: 'a', nmae: 'b' }] } });
    const { spec } = watched.value as { spec: { replicas: number; list: { name: string }[] } };
    expect(spec.replicas + (spec.list[0]?.name.length ?? 0)).toBe(2);
    expect(watched.unknownKeys()).toEqual(['/spec/replcas', '/spec/list/0/nmae']);
  });

  it('takes any key where the validator lists them', () => {
    const watched = watch({ labels: { a: 'b' } });
    const { labels } = watched.value as { labels: Record<string, string> };
    expect(Object.keys(labels)).toEqual(['a']);
    expect(watched.unknownKeys()).toEqual([]);
  });
});

const container = {
  name: 'a',
  image: 'rig/a:1',
  resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } },
  securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  livenessProbe: {},
  readinessProbe: {},
  startupProbe: {},
};
const spec = {
  serviceAccountName: 'a',
  automountServiceAccountToken: false,
  terminationGracePeriodSeconds: 40,
  topologySpreadConstraints: [{}],
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [container],
};

const deployment = (changes: object = {}, ofContainer: object = {}): Manifest =>
  Manifest.parse({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a' },
    spec: {
      selector: { matchLabels: { app: 'a' } },
      template: {
        metadata: { labels: { app: 'a' } },
        spec: { ...spec, ...changes, containers: [{ ...container, ...ofContainer }] },
      },
    },
  });

const problemsOf = (manifest: Manifest): string =>
  checkPods([podOf(manifest)].flatMap((pod) => pod ?? [])).findings.join('\n');

describe('the pod policy', () => {
  it('has nothing to say about a pod that keeps to it', () => {
    expect(problemsOf(deployment())).toBe('');
  });

  it.each<[string, object, object]>([
    ['may run as root', { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }, {}],
    ['may run as root', {}, { securityContext: { ...container.securityContext, runAsUser: 0 } }],
    ['can be written', {}, { securityContext: { ...container.securityContext, readOnlyRootFilesystem: false } }],
    ['is privileged', {}, { securityContext: { ...container.securityContext, privileged: true } }],
    [
      'adds capabilities',
      {},
      { securityContext: { ...container.securityContext, capabilities: { add: ['NET_ADMIN'] } } },
    ],
    ['keeps capabilities', {}, { securityContext: { ...container.securityContext, capabilities: {} } }],
    ['host namespace', { hostNetwork: true }, {}],
    ['a path of the host', { volumes: [{ name: 'v', hostPath: { path: '/' } }] }, {}],
    ['no seccomp profile', { securityContext: { runAsNonRoot: true } }, {}],
    ['has no limits.memory', {}, { resources: { ...container.resources, limits: { cpu: '1' } } }],
    ['lacks a liveness', {}, { readinessProbe: undefined }],
    ['is not pinned', {}, { image: 'rig/a:latest' }],
    ['a token of the API server', { automountServiceAccountToken: true }, {}],
    ['no ServiceAccount', { serviceAccountName: undefined }, {}],
    ['holds a secret', {}, { env: [{ name: 'DB', value: 'postgres://rig:word@db/rig' }] }],
    ['holds a secret', {}, { env: [{ name: 'API_TOKEN', value: 'word' }] }],
    ['not spread', { topologySpreadConstraints: [] }, {}],
    ['30 s or less', { terminationGracePeriodSeconds: 30 }, {}],
  ])('says when a pod %s', (problem, ofPod, ofContainer) => {
    expect(problemsOf(deployment(ofPod, ofContainer))).toContain(problem);
  });

  it('takes a digest and a tag for pinned, and nothing else', () => {
    expect(pinned(`a@sha256:${'0'.repeat(64)}`)).toBe(true);
    expect(pinned('registry:5000/a:1.2')).toBe(true);
    expect(pinned('registry:5000/a')).toBe(false);
    expect(pinned('a')).toBe(false);
  });

  it('lets nothing give pods rights on the cluster', () => {
    const role = Manifest.parse({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'r' } });
    expect(grantsRights([role, deployment()])).toEqual(['Role/r: gives pods rights on the cluster']);
  });
});

describe('references between objects', () => {
  const account = Manifest.parse({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' } });
  const service = (app: string): Manifest =>
    Manifest.parse({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { selector: { app } } });

  it('are in order when everything that is named is there', () => {
    expect(danglingReferences([account, deployment(), service('a')])).toEqual([]);
  });

  it('are missed when a selector, an account, a ConfigMap or a target is not there', () => {
    const scaled = Manifest.parse({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'o' },
      spec: { scaleTargetRef: { name: 'b' } },
    });
    const mounting = deployment({ volumes: [{ name: 'v', configMap: { name: 'c' } }] });
    expect(danglingReferences([mounting, service('b'), scaled])).toEqual([
      'Service/s: selects no pod',
      'Deployment/a: its ServiceAccount a is not there',
      'Deployment/a: mounts ConfigMap c, which is not there',
      'ScaledObject/o: scales a Deployment that is not there',
    ]);
  });
});

describe('the variables of a process', () => {
  const page = parseConfigPage(
    [
      '# Configuration',
      '## every service',
      '| variable | what | default |',
      '|---|---|---|',
      '| `HOSTNAME` | a name | required |',
      '## gateway',
      '| `RIG_POSTGRES_URL` | a URL | required |',
      '| `RIG_LIMIT` | a \\| number | `5` |',
    ].join('\n'),
  );

  it('may come as they are or from a file', () => {
    expect(checkVariables(page, 'gateway', ['HOSTNAME', 'RIG_POSTGRES_URL_FILE', 'OTEL_X', 'RIG_LIMIT'])).toEqual([]);
  });

  it('are missed when required, and refused when nobody reads them', () => {
    expect(checkVariables(page, 'gateway', ['HOSTNAME', 'RIG_POSTGRES'])).toEqual([
      'RIG_POSTGRES_URL is not set',
      'RIG_POSTGRES is set, and gateway does not read it',
    ]);
    expect(checkVariables(page, 'nobody', [])).toEqual(['docs/config.md has no section on nobody']);
  });
});

describe('values laid over values', () => {
  it('merges maps and replaces lists', () => {
    expect(mergeValues({ a: { b: 1, c: [1] }, d: 1 }, { a: { c: [2] } })).toEqual({ a: { b: 1, c: [2] }, d: 1 });
  });
});

describe('expressions of panels and alerts', () => {
  const known = parseMetricsPage(
    [
      '| metric | kind | labels | made by | what |',
      '| `rig_backlog` | gauge | `state` | dispatcher | Open work |',
      '| `rig_answer_seconds` | histogram | `route` | every service | Time |',
    ].join('\n'),
  );

  it.each([
    'sum by (state) (rate(rig_backlog{state=~"a|b", job="rig"}[5m])) > 0',
    'histogram_quantile(0.95, sum by (le, route) (rate(rig_answer_seconds_bucket[5m])))',
    'max(rig_backlog) / on (instance) max(process_resident_memory_bytes) and up == 1',
  ])('are in order when there are such metrics and labels: %s', (expr) =>
    expect(exprProblems(expr, known)).toEqual([]),
  );

  it.each([
    ['max(rig_backlogs)', 'nobody exports rig_backlogs'],
    ['max(rig_answer_seconds)', 'nobody exports rig_answer_seconds'],
    ['sum by (stat) (rig_backlog)', 'has the label stat'],
    ['rig_backlog{route="a"}', 'has the label route'],
    ['vector(1)', 'asks for no metric'],
  ])('are refused when not: %s', (expr, problem) => expect(exprProblems(expr, known).join()).toContain(problem));
});

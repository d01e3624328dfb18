import { describe, expect, it } from '@jest/globals';
import { ComposeFile } from './compose-rules.js';
import { parseDockerfile } from './dockerfile.js';
import { hookPolicyPath, unguardedPods, unguardedServices } from './guard-policy.js';
import type { Manifest } from './manifest.js';

const PATH = '/etc/rig/guard/guard.policy.yaml';
const KEY = 'guard.policy.yaml';

const config = (data: object): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'rig-config' },
  data,
});

const worker = (mountPath: string, items = [{ key: KEY, path: KEY }]): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'rig-agent-a' },
  spec: {
    template: {
      metadata: { labels: { 'app.kubernetes.io/component': 'agent' } },
      spec: {
        containers: [{ name: 'worker', image: 'w:1', volumeMounts: [{ name: 'guard', mountPath }] }],
        volumes: [{ name: 'guard', configMap: { name: 'rig-config', items } }],
      },
    },
  },
});

describe("the operator's guard policy", () => {
  it('lies where the Dockerfile tells the hook to look', () => {
    const text = `FROM node:24.1 AS guard\nRUN node main.js hooks install --managed --policy ${PATH}\n`;
    expect(hookPolicyPath(parseDockerfile(text))).toBe(PATH);
    expect(hookPolicyPath(parseDockerfile(text.replace(/ --policy.*/, '')))).toBeUndefined();
  });

  it('is mounted there in every worker when the values hold one', () => {
    const policy = config({ [KEY]: 'version: 1\n' });
    expect(unguardedPods([policy, worker('/etc/rig/guard')], PATH)).toEqual([]);
    expect(unguardedPods([config({}), worker('/elsewhere')], PATH)).toEqual([]);
    expect(unguardedPods([policy, worker('/elsewhere')], PATH).join()).toContain('Deployment/rig-agent-a');
    const others = [{ key: KEY, path: 'policy.yaml' }];
    expect(unguardedPods([policy, worker('/etc/rig/guard', others)], PATH)).toHaveLength(1);
  });

  it("is mounted in Compose's workers", () => {
    const file = (volumes: readonly string[]): ComposeFile =>
      ComposeFile.parse({
        services: { worker: { image: 'w:1', build: { args: { APP: 'agent-worker' } }, volumes } },
      });
    expect(unguardedServices(file([`./.rig/compose/config/${KEY}:${PATH}:ro`]), PATH)).toEqual([]);
    expect(unguardedServices(file([]), PATH)).toHaveLength(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Manifest } from './manifest.js';
import { reachOf } from './reach.js';

const pod = (name: string): Manifest =>
  Manifest.parse({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { 'app.kubernetes.io/name': name, team: name === 'db' ? 'data' : 'app' } },
    spec: { containers: [{ name, image: 'a:1' }] },
  });
const policy = (spec: object): Manifest =>
  Manifest.parse({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec });
const named = (name: string): object => ({ podSelector: { matchLabels: { 'app.kubernetes.io/name': name } } });
const everyPod = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
const pods = [pod('web'), pod('db'), pod('job')];

describe('what network policies let through', () => {
  it('is everything without one, and nothing with one that allows nothing', () => {
    expect(reachOf(pods).pods('web', 'db', 5432)).toBe(true);
    expect(reachOf([...pods, policy(everyPod)]).pods('web', 'db', 5432)).toBe(false);
    expect(reachOf([...pods, policy(everyPod)]).outside('web', 443)).toBe(false);
  });

  it('is what both ends allow, by port', () => {
    const out = policy({ ...named('web'), policyTypes: ['Egress'], egress: [{ to: [named('db')] }] });
    const into = policy({
      ...named('db'),
      policyTypes: ['Ingress'],
      ingress: [{ from: [named('web')], ports: [{ port: 5432 }] }],
    });
    const reach = reachOf([...pods, policy(everyPod), out, into]);
    expect(reach.pods('web', 'db', 5432)).toBe(true);
    expect(reach.pods('web', 'db', 22)).toBe(false);
    expect(reach.pods('job', 'db', 5432)).toBe(false);
    expect(reachOf([...pods, policy(everyPod), out]).pods('web', 'db', 5432)).toBe(false);
  });

  it('knows expressions, names of ports, the outside, and that another namespace is not ours', () => {
    const egress = [
      { to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443 }] },
      { to: [{ namespaceSelector: {} }], ports: [{ port: 'postgres' }] },
    ];
    const podSelector = { matchExpressions: [{ key: 'team', operator: 'In', values: ['app'] }] };
    const reach = reachOf([...pods, policy({ podSelector, policyTypes: ['Egress'], egress })]);
    expect(reach.outside('web', 443)).toBe(true);
    expect(reach.outside('web', 80)).toBe(false);
    expect(reach.pods('web', 'db', 5432)).toBe(false);
    expect(reach.outside('db', 80)).toBe(true);
    const open = policy({ ...named('web'), policyTypes: ['Egress'], egress: [{ ports: [{ port: 'postgres' }] }] });
    expect(reachOf([...pods, open]).pods('web', 'db', 5432)).toBe(true);
  });
});

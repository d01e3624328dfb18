import { jobAgent, warmAgent, type Values } from './values-matrix.js';

/** Values with a mistake, and what the refusal has to name. */
export const refusedValues: readonly { readonly mistake: string; readonly values: Values; readonly names: string }[] = [
  { mistake: 'a typo at the top', values: { servces: {} }, names: 'servces' },
  { mistake: 'a typo deep inside', values: { ingress: { enabeld: true } }, names: 'enabeld' },
  { mistake: 'a typo in an agent', values: { agents: [{ ...warmAgent, slot: 2 }] }, names: 'slot' },
  { mistake: 'a typo in the policy', values: { policy: { defaults: { dispach: 'on' } } }, names: 'dispach' },
  {
    mistake: 'a service that there is not',
    values: { services: { gatway: { replicas: 3 } } },
    names: 'services.gatway',
  },
  {
    mistake: 'an agent without slots',
    values: { agents: [{ name: 'a', role: 'author', mode: 'warm', command: { run: 'x' } }] },
    names: 'slots',
  },
  { mistake: 'an agent with no slot', values: { agents: [{ ...warmAgent, slots: 0 }] }, names: 'slots' },
  { mistake: 'an agent with too many slots', values: { agents: [{ ...warmAgent, slots: 1e9 }] }, names: 'slots' },
  { mistake: 'an agent named in capitals', values: { agents: [{ ...warmAgent, name: 'Dev-E-1' }] }, names: 'name' },
  {
    mistake: 'an agent with a name of 80 letters',
    values: { agents: [{ ...warmAgent, name: 'a'.repeat(80) }] },
    names: 'name',
  },
  { mistake: 'a name that ends with a dash', values: { agents: [{ ...warmAgent, name: 'dev-' }] }, names: 'name' },
  { mistake: 'no room at all', values: { agents: [{ ...warmAgent, workspaceSize: '0' }] }, names: 'workspaceSize' },
  {
    mistake: "a variable of the chart's own, for an agent",
    values: { agents: [{ ...warmAgent, env: { RIG_AGENT_ID: 'somebody-else' } }] },
    names: 'agents[0].env.RIG_AGENT_ID',
  },
  {
    mistake: "a variable of the chart's own, for a service",
    values: { services: { gateway: { env: { RIG_PORT: '9' } } } },
    names: 'services.gateway.env.RIG_PORT',
  },
  {
    mistake: 'a variable that is given twice',
    values: { agents: [{ ...warmAgent, env: { MODEL_KEY: 'a' } }] },
    names: 'agents[0].env.MODEL_KEY',
  },
  {
    mistake: 'a secret among the variables',
    values: { services: { gateway: { env: { GITHUB_WEBHOOK_SECRET: 'a' } } } },
    names: 'GITHUB_WEBHOOK_SECRET',
  },
  { mistake: 'two agents of one name', values: { agents: [warmAgent, warmAgent] }, names: 'agents[1].name' },
  {
    mistake: 'an agent of a mode that there is not',
    values: { agents: [{ ...warmAgent, mode: 'cold' }] },
    names: 'mode',
  },
  {
    mistake: 'a key for an agent that its command never gets',
    values: { agents: [{ ...jobAgent, secretEnv: { KEY: 'key' } }] },
    names: 'agents[0].secretEnv.KEY',
  },
  {
    mistake: 'a Postgres URL without a scheme',
    values: { postgres: { url: 'db.example:5432/rig' } },
    names: 'postgres',
  },
  { mistake: 'a Valkey URL without a scheme', values: { valkey: { url: 'valkey:6379' } }, names: 'valkey' },
  { mistake: 'a forge URL without a scheme', values: { github: { apiUrl: 'forge.example' } }, names: 'apiUrl' },
  {
    mistake: 'a password in the values',
    values: { postgres: { url: 'postgres://rig:secret@db.example/rig' } },
    names: 'postgres',
  },
  { mistake: 'a port that there is not', values: { valkey: { url: 'redis://v.example:99999' } }, names: 'valkey' },
  { mistake: 'a port in words', values: { postgres: { url: 'postgres://db.example:main/rig' } }, names: 'postgres' },
  { mistake: 'a Postgres of both kinds', values: { postgres: { bundled: true } }, names: 'postgres.url' },
  { mistake: 'a Valkey of both kinds', values: { valkey: { bundled: true } }, names: 'valkey.url' },
  {
    mistake: 'an address range that there is not',
    values: { networkPolicy: { forgePeers: [{ ipBlock: { cidr: '999.1.1.1/99' } }] } },
    names: 'cidr',
  },
  {
    mistake: 'peers that are nobody',
    values: { networkPolicy: { agentPeers: [{}] } },
    names: 'agentPeers',
  },
  { mistake: 'no Secret', values: { secrets: { existingSecret: '' } }, names: 'secrets.existingSecret' },
  { mistake: 'no Postgres', values: { postgres: { url: '' } }, names: 'postgres.url' },
  { mistake: 'no App', values: { github: { authorAppId: '' } }, names: 'github.authorAppId' },
  { mistake: 'the tag latest', values: { image: { tag: 'latest' } }, names: 'tag' },
  { mistake: 'an image without a tag', values: { services: { gateway: { image: 'mine/gateway' } } }, names: 'image' },
  {
    mistake: 'a host for a service that nobody outside may call',
    values: { ingress: { enabled: true, hosts: { dispatcher: 'a.example' } } },
    names: 'ingress.hosts.dispatcher',
  },
  {
    mistake: 'two services on one host',
    values: { ingress: { enabled: true, hosts: { gateway: 'a.example', conductor: 'a.example' } } },
    names: 'ingress.hosts',
  },
];

import { z } from 'zod';
import { pinned } from './pod-policy.js';
import { secretKeysOf, type ServiceFact } from './services.js';

const SecretUse = z.union([z.string(), z.looseObject({ source: z.string() })]);

const ComposeService = z.looseObject({
  image: z.string(),
  build: z.looseObject({ args: z.record(z.string(), z.string()).default({}) }).optional(),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  privileged: z.boolean().optional(),
  restart: z.string().optional(),
  profiles: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).default({}),
  secrets: z.array(SecretUse).default([]),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.looseObject({ condition: z.string() })).default({}),
  healthcheck: z.looseObject({ disable: z.boolean().optional() }).optional(),
  deploy: z
    .looseObject({
      resources: z.looseObject({
        limits: z.looseObject({ cpus: z.string().optional(), memory: z.string().optional() }),
      }),
    })
    .optional(),
});
export type ComposeService = z.infer<typeof ComposeService>;

export const ComposeFile = z.looseObject({
  services: z.record(z.string(), ComposeService),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().optional() })).default({}),
  volumes: z.record(z.string(), z.unknown()).default({}),
  secrets: z.record(z.string(), z.looseObject({ file: z.string() })).default({}),
});
export type ComposeFile = z.infer<typeof ComposeFile>;

/** The app that a service builds, if it is one of ours. */
export const appOfService = ({ build }: ComposeService): string | undefined => build?.args['APP'];

const PASSWORD = /(PASSWORD|SECRET|TOKEN|PRIVATE_KEY)/;

const secretNames = ({ secrets }: ComposeService): readonly string[] =>
  secrets.map((use) => (typeof use === 'string' ? use : use.source));

const serviceProblems = (service: ComposeService): readonly string[] => {
  const { limits } = service.deploy?.resources ?? { limits: {} };
  const uid = Number.parseInt(service.user ?? '0', 10);
  const shown = Object.entries(service.environment).filter(
    ([name, value]) => PASSWORD.test(name) && !name.endsWith('_FILE') && String(value ?? '') !== '',
  );
  return [
    ...(pinned(service.image) ? [] : [`${service.image} is not pinned`]),
    ...(uid > 0 ? [] : ['runs as root: name a user by number']),
    ...(service.read_only === true ? [] : ['its root file system can be written']),
    ...(service.privileged === true ? ['is privileged'] : []),
    ...(service.cap_drop.includes('ALL') ? [] : ['keeps capabilities']),
    ...(service.security_opt.includes('no-new-privileges:true') ? [] : ['may gain privileges']),
    ...(service.restart === undefined ? ['is not started again'] : []),
    ...(limits.cpus === undefined || limits.memory === undefined ? ['has no limits'] : []),
    ...(service.healthcheck === undefined ? ['has no health check'] : []),
    ...(service.networks.length === 0 ? ['is on the default network'] : []),
    ...service.ports.filter((port) => !port.startsWith('127.0.0.1:')).map((port) => `port ${port} is open to others`),
    ...shown.map(([name]) => `${name} stands in the environment: give a file`),
  ];
};

const waitProblems = (file: ComposeFile, service: ComposeService): readonly string[] =>
  Object.entries(service.depends_on).flatMap(([name, { condition }]) => {
    const other = file.services[name];
    if (other === undefined) return [`waits for ${name}, which is not there`];
    if (condition !== 'service_healthy') return [`waits for ${name} without asking for its health`];
    return other.healthcheck?.disable === true ? [`waits for the health of ${name}, which has no check`] : [];
  });

const declared = (file: ComposeFile): readonly string[] => {
  const used = new Set(Object.values(file.services).flatMap(secretNames));
  const mounts = Object.values(file.services).flatMap(({ volumes }) =>
    volumes.map((volume) => volume.split(':')[0] ?? ''),
  );
  const networks = Object.values(file.services).flatMap((service) => service.networks);
  return [
    ...[...used].filter((name) => file.secrets[name] === undefined).map((name) => `secret ${name} is not declared`),
    ...Object.keys(file.secrets)
      .filter((name) => !used.has(name))
      .map((name) => `secret ${name} is not used`),
    ...mounts
      .filter((name) => !/^[./]/.test(name) && !(name in file.volumes))
      .map((name) => `volume ${name} is not declared`),
    ...networks.filter((name) => !(name in file.networks)).map((name) => `network ${name} is not declared`),
  ];
};

/** Databases publish nothing and stand on a network without a way out. */
const hiddenProblems = (file: ComposeFile, name: string): readonly string[] => {
  const service = file.services[name];
  if (service === undefined) return [`${name} is missing`];
  const open = service.networks.filter((network) => file.networks[network]?.internal !== true);
  return [
    ...(service.ports.length > 0 ? [`${name} publishes a port`] : []),
    ...open.map((network) => `${name} is on ${network}, which leads outside`),
  ];
};

/** Every service of services.yaml is there with its own secrets, and with nobody else's. */
const ownProblems = (file: ComposeFile, facts: readonly ServiceFact[]): readonly string[] =>
  facts.flatMap((fact) => {
    const entry = Object.entries(file.services).find(([, service]) => appOfService(service) === fact.name);
    if (entry === undefined) return [`${fact.name} of services.yaml is missing`];
    const [given, wanted] = [secretNames(entry[1]), secretKeysOf(fact)];
    return [
      ...wanted.filter((key) => !given.includes(key)).map((key) => `${fact.name} lacks the secret ${key}`),
      ...given.filter((key) => !wanted.includes(key)).map((key) => `${fact.name} has ${key}, which is not its own`),
    ];
  });

/** What is wrong with a Compose file for Rig, beyond Compose's own schema. */
export const composeProblems = (file: ComposeFile, facts: readonly ServiceFact[]): readonly string[] => [
  ...Object.entries(file.services).flatMap(([name, service]) =>
    [...serviceProblems(service), ...waitProblems(file, service)].map((problem) => `${name}: ${problem}`),
  ),
  ...declared(file),
  ...hiddenProblems(file, 'postgres'),
  ...hiddenProblems(file, 'valkey'),
  ...ownProblems(file, facts),
];

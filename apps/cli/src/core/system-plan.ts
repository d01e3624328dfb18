import type { ForgeChoice } from './forge-choice.js';
import type { ProcessSpec } from './process-spec.js';
import { APP_ROLES, appKeyFile, enrolmentFile, type RunPaths } from './run-paths.js';

export interface PlannedAgent {
  readonly id: string;
  readonly slots: number;
}

export interface SystemPlanInput {
  /** The folder that holds the apps. */
  readonly appsDir: string;
  readonly paths: RunPaths;
  readonly configDir: string;
  /** Where the guard's hook is installed. */
  readonly hookDir: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly postgresUrl: string;
  readonly valkeyUrl: string;
  readonly forge: ForgeChoice;
  /** Ids of dev-forge's Apps by role. */
  readonly appIds: Readonly<Record<string, number>>;
  readonly agents: readonly PlannedAgent[];
  /** For the agents' commands, as far as their passEnv lets it through. */
  readonly workerEnv: Readonly<Record<string, string>>;
  readonly graceMs: number;
  /** Where Node keeps compiled code: a second start of a process takes less time. */
  readonly compileCache: string;
}

export const FORGE = 'dev-forge-0';
export const CONDUCTOR = 'conductor-0';
export const GATEWAY = 'gateway-0';
export const DISPATCHER = 'dispatcher-0';
export const GUARD = 'guard-svc-0';

/** One process for each slot of each agent: `dev-e-1-0`, `dev-e-1-1`. */
export const workerNames = (agents: readonly PlannedAgent[]): readonly { name: string; agent: string }[] =>
  agents.flatMap(({ id, slots }) => Array.from({ length: slots }, (_, slot) => ({ name: `${id}-${slot}`, agent: id })));

export const processNames = (forge: ForgeChoice, agents: readonly PlannedAgent[]): readonly string[] => [
  ...(forge.kind === 'dev-forge' ? [FORGE] : []),
  CONDUCTOR,
  GATEWAY,
  DISPATCHER,
  GUARD,
  ...workerNames(agents).map((worker) => worker.name),
];

export const loopbackUrl = (ports: Readonly<Record<string, number>>, name: string): string =>
  `http://127.0.0.1:${ports[name] ?? 0}`;

const forgeEnv = (input: SystemPlanInput): Record<string, string> => {
  if (input.forge.kind === 'github') return { ...input.forge.env };
  const apps = APP_ROLES.flatMap((role): [string, string][] => [
    [`GITHUB_${role.toUpperCase()}_APP_ID`, String(input.appIds[role] ?? 0)],
    [`GITHUB_${role.toUpperCase()}_PRIVATE_KEY_FILE`, appKeyFile(input.paths, role)],
  ]);
  const url = loopbackUrl(input.ports, FORGE);
  return { GITHUB_API_URL: url, GITHUB_GIT_URL: url, ...Object.fromEntries(apps) };
};

const secretEnv = (input: SystemPlanInput): Record<string, string> => {
  if (input.forge.kind === 'dev-forge') return { GITHUB_WEBHOOK_SECRET_FILE: input.paths.webhookSecret };
  const names = ['GITHUB_WEBHOOK_SECRET', 'GITHUB_WEBHOOK_SECRET_FILE'];
  return Object.fromEntries(Object.entries(input.forge.env).filter(([name]) => names.includes(name)));
};

/** The processes of a system, in groups: a group is started when the one before it is ready. */
export const planSystem = (input: SystemPlanInput): readonly (readonly ProcessSpec[])[] => {
  const spec = (name: string, app: string, env: Readonly<Record<string, string>>): ProcessSpec => ({
    name,
    entry: `${input.appsDir}/${app}/dist/main.js`,
    args: [],
    env: { NODE_COMPILE_CACHE: input.compileCache, RIG_PORT: String(input.ports[name] ?? 0), ...env },
    readyUrl: `${loopbackUrl(input.ports, name)}/readyz`,
    graceMs: input.graceMs,
  });
  const servers = { RIG_POSTGRES_URL: input.postgresUrl, RIG_VALKEY_URL: input.valkeyUrl };
  const common = { ...servers, RIG_CONFIG_DIR: input.configDir };
  const publicKeys = { RIG_KEYS_DIR: input.paths.publicKeys };
  const urls = {
    RIG_CONDUCTOR_URL: loopbackUrl(input.ports, CONDUCTOR),
    RIG_GATEWAY_URL: loopbackUrl(input.ports, GATEWAY),
  };
  const forge = spec(FORGE, 'dev-forge', {
    DEV_FORGE_ROOT: input.paths.forge,
    DEV_FORGE_SEED: input.paths.forgeSeed,
  });
  const workers = workerNames(input.agents).map(({ name, agent }) =>
    spec(name, 'agent-worker', {
      ...input.workerEnv,
      ...urls,
      RIG_VALKEY_URL: input.valkeyUrl,
      RIG_CONFIG_DIR: input.configDir,
      RIG_AGENT_ID: agent,
      RIG_ENROLMENT_TOKEN_FILE: enrolmentFile(input.paths, agent),
      RIG_WORK_DIR: `${input.paths.work}/${name}`,
      RIG_HOOK_DIR: input.hookDir,
    }),
  );
  return [
    [
      ...(input.forge.kind === 'dev-forge' ? [forge] : []),
      spec(CONDUCTOR, 'conductor', { ...common, RIG_KEYS_DIR: input.paths.keys, ...forgeEnv(input) }),
      spec(GATEWAY, 'gateway', { ...common, ...publicKeys, ...secretEnv(input) }),
    ],
    [
      spec(DISPATCHER, 'dispatcher', { ...common, ...publicKeys }),
      spec(GUARD, 'guard-svc', { ...common, ...publicKeys }),
      ...workers,
    ],
  ];
};

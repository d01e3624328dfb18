/** Where one run of the system keeps its things; everything below `root`, which only its owner can read. */
export interface RunPaths {
  readonly root: string;
  readonly logs: string;
  readonly data: string;
  readonly forge: string;
  readonly work: string;
  readonly config: string;
  /** Keys of the conductor alone. */
  readonly keys: string;
  /** The public half, for those who only verify. */
  readonly publicKeys: string;
  readonly webhookSecret: string;
  readonly operatorToken: string;
  readonly forgeSeed: string;
  /** The token with which `ada` files issues in dev-forge. */
  readonly personToken: string;
  readonly ports: string;
  /** The guard's hook, as the agents of this run get it. */
  readonly hook: string;
}

export const runPaths = (root: string): RunPaths => ({
  root,
  logs: `${root}/logs`,
  data: `${root}/data`,
  forge: `${root}/forge`,
  work: `${root}/work`,
  config: `${root}/config`,
  keys: `${root}/keys`,
  publicKeys: `${root}/public-keys`,
  webhookSecret: `${root}/secrets/webhook.secret`,
  operatorToken: `${root}/secrets/operator.token`,
  forgeSeed: `${root}/secrets/dev-forge.seed.json`,
  personToken: `${root}/secrets/ada.token`,
  ports: `${root}/ports.json`,
  hook: `${root}/guard`,
});

export type AppRole = 'conductor' | 'author' | 'reviewer';
export const APP_ROLES: readonly AppRole[] = ['conductor', 'author', 'reviewer'];

export const appKeyFile = (paths: RunPaths, role: AppRole): string => `${paths.keys}/${role}-app.private.pem`;

export const enrolmentFile = (paths: RunPaths, agent: string): string => `${paths.root}/secrets/${agent}.enrolment`;

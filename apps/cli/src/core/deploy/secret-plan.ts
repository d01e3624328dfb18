import type { ServiceFact } from './services.js';

export interface SecretInput {
  readonly services: readonly ServiceFact[];
  /** Ids of agents whose workers read a stream. */
  readonly agents: readonly string[];
  /** Addresses without users: `postgres://host:5432/rig`, `redis://host:6379`. */
  readonly postgres: string;
  readonly valkey: string;
  /** The password of a user; the same for the same name. */
  passwordOf(user: string): string;
}

/** Postgres' own administrator, where Rig brings the server. */
export const ADMINISTRATOR = 'postgres';

const withUser = (address: string, user: string, password: string): string => {
  const url = new URL(address);
  url.username = user;
  url.password = password;
  return url.href;
};

export const agentUserName = (agent: string): string => `agent-${agent}`;

/** Everybody who logs in to Postgres. */
export const postgresUsers = (services: readonly ServiceFact[]): readonly string[] =>
  services.flatMap(({ postgresRole }) => postgresRole ?? []);

/** Keys of the Secret that are addresses with a user, by key. */
export const secretUrls = (input: SecretInput): Readonly<Record<string, string>> => {
  const { services, agents, postgres, valkey, passwordOf } = input;
  const entry = (key: string, address: string, user: string): [string, string] => [
    key,
    withUser(address, user, passwordOf(user)),
  ];
  return Object.fromEntries([
    ...services.flatMap(({ name, postgresRole }) =>
      postgresRole === undefined ? [] : [entry(`${name}.RIG_POSTGRES_URL`, postgres, postgresRole)],
    ),
    ...services.flatMap(({ name, valkeyUser }) =>
      valkeyUser === undefined ? [] : [entry(`${name}.RIG_VALKEY_URL`, valkey, valkeyUser)],
    ),
    ...agents.map((agent) => entry(`agent-${agent}.RIG_VALKEY_URL`, valkey, agentUserName(agent))),
  ]);
};

/** What is appended to deploy/postgres/roles.sql, so that the roles can log in. Passwords are hexadecimal. */
export const passwordStatements = ({ services, passwordOf }: SecretInput): string =>
  postgresUsers(services)
    .map((role) => `alter role ${role} password '${passwordOf(role)}';\n`)
    .join('');

/** Keys that somebody else makes: the three Apps' private keys. */
export const keysToBring = (services: readonly ServiceFact[]): readonly string[] =>
  [...new Set(services.flatMap(({ secretFiles }) => Object.values(secretFiles)))].sort();
